import { describe, expect, test } from '@jest/globals';
import { look } from '../worlds.ts';

const check = 'canal/config-not-loaded';

async function onlyFinding(world: string) {
  return (await look(check, world)).finding();
}

test('is found when flannel is older than the change, and pods on its nodes suffer', async () => {
  const finding = await onlyFinding('changed-since');
  expect(finding).toMatchObject({
    severity: 'critical',
    confidence: 0.85,
    about: { kind: 'ConfigMap', name: 'canal-config' },
  });
  expect(finding.says).toMatch(/changed at 09:00:00 UTC, and 3 of 3 flannel pods.*worker-1 and worker-2 get no answer/);
});

describe('the fix', () => {
  test('restarts only what is older than the change', async () => {
    const [offer] = (await onlyFinding('some-restarted')).remedies;
    expect(offer).toMatchObject({ id: 'canal/restart-flannel', allowed: true, touches: { nodes: 1, pods: 1 } });
    expect(offer?.steps.map(({ does }) => does)).toEqual([expect.stringMatching(/canal-tz9mc on node worker-2/)]);
  });

  test('waits for each pod before the next one goes', async () => {
    const [offer] = (await onlyFinding('changed-since')).remedies;
    expect(offer?.steps.map(({ settled }) => settled)).toEqual(
      offer?.steps.map(() => expect.objectContaining({ until: 'pods-ready', labels: 'k8s-app=canal', atLeast: 3 })),
    );
  });

  test('is refused while somebody else restarts flannel', async () => {
    const [offer] = (await onlyFinding('another-restart-going-on')).remedies;
    expect(offer?.allowed).toBe(false);
    expect(offer?.preconditions.find(({ holds }) => holds === 'no')?.because).toBe('canal-k4xzq is being deleted.');
  });
});

test.each(['loaded', 'changed-but-well', 'other-nodes-suffer', 'still-wrong', 'not-recorded-but-well', 'k3s'])(
  'stays clear: %s',
  async (world) => {
    expect((await look(check, world)).verdict.is).toBe('clear');
  },
);

test('says unknown, not clear, when pods suffer and the server does not record who wrote what', async () => {
  const { verdict } = await look(check, 'not-recorded');
  expect(verdict.is).toBe('unknown');
  expect(verdict.because).toMatch(/as Kubernetes does from 1\.18 on/);
});
