import { expect, test } from '@jest/globals';
import { look } from '../worlds.ts';

const check = 'control-plane/apiservice-unavailable';

test('says since when, which address, and what people see', async () => {
  const { says } = (await look(check, 'unable-to-handle-the-request')).finding();
  expect(says).toMatch(/since 09:20:00 UTC, for 40 min: .*\(10\.108\.243\.54\).*unable to handle the request/);
});

test.each(['access-error', 'words-not-known'])('says that the cause could not be told: %s', async (world) => {
  expect((await look(check, world)).finding().says).toMatch(/could not be told from here\.$/);
});

test('says how to tell the two ways apart where no check may ask the backend', async () => {
  expect((await look(check, 'adapter-times-out')).finding().says).toMatch(
    /"kubectl get --raw \/api\/v1\/namespaces\/monitoring\/services\/https:prometheus-adapter:443\/proxy\/"\. If it answers, .* the way to the pod is broken\.$/,
  );
});

test('tells a certificate that only requests verify', async () => {
  const finding = (await look(check, 'certificate-not-verified')).finding();
  expect(finding).toMatchObject({ severity: 'warning' });
  expect(finding.remedies.map(({ id }) => id)).toEqual(['control-plane/mend-authority']);
});

test('waits two minutes before it speaks', async () => {
  expect((await look(check, 'just-started')).verdict.is).toBe('clear');
});
