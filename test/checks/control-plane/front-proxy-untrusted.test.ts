import { expect, test } from '@jest/globals';
import { look } from '../worlds.ts';

const check = 'control-plane/front-proxy-untrusted';

test('reads the end of the published authority', async () => {
  expect((await look(check, 'certificate-expired')).finding().says).toMatch(/valid until 2035-11-24 10:00:00 UTC/);
  expect((await look(check, 'authority-over')).finding().says).toMatch(/ended at 2025-11-23 10:00:00 UTC/);
});

test('tells a name that is not allowed from a certificate that is not trusted', async () => {
  expect((await look(check, 'name-not-allowed')).finding().says).toMatch(/with 403.*names are front-proxy-client/);
});

test('restarts API servers only before 1.19, and then warns of Calico', async () => {
  const steps = async (world: string) =>
    JSON.stringify((await look(check, world)).finding().remedies.map((remedy) => remedy.steps));
  expect(await steps('certificate-expired')).toMatch(/older than 1\.19/);
  expect(await steps('certificate-expired')).toMatch(/Calico v3\.22\.0/);
});

test('is less sure where the path was not seen to work', async () => {
  expect((await look(check, 'no-certificate-at-all')).finding().confidence).toBe(0.8);
});

test('does not say that API servers have no authority when they are started with one', async () => {
  expect((await look(check, 'nothing-published')).finding().says).toMatch(
    /No authority for it is published, although API servers are started with one/,
  );
});
