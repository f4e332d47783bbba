import { expect, test } from '@jest/globals';
import { look } from '../worlds.ts';

const check = 'control-plane/aggregated-backend-not-ready';
const restart = 'control-plane/restart-aggregated-backend';

test('offers a restart of what hangs', async () => {
  const { remedies } = (await look(check, 'hangs')).finding();
  expect(remedies[0]).toMatchObject({ id: restart, allowed: true });
});

test('refuses the restart while the image cannot be pulled, and says why', async () => {
  const offer = (await look(check, 'image-missing')).finding().remedies.find(({ id }) => id === restart);
  expect(offer?.allowed).toBe(false);
  expect(JSON.stringify(offer?.preconditions)).toMatch(/wait for the same: ImagePullBackOff/);
});

test.each(['kubelet-certificates', 'kubelets-unreachable', 'nobody-listens', 'service-gone'])(
  'offers no restart where it would not help: %s',
  async (world) => {
    const { remedies } = (await look(check, world)).finding();
    expect(remedies.map(({ id }) => id)).toEqual(['control-plane/mend-aggregated-backend']);
  },
);

test('tells a port where nobody listens from a pod that is not ready', async () => {
  const { says, remedies } = (await look(check, 'nobody-listens')).finding();
  expect(says).toMatch(/refuses the connection: nobody listens at the port that the Service sends to/);
  expect(JSON.stringify(remedies[0]?.steps)).toMatch(/Compare where the Service sends to/);
});
