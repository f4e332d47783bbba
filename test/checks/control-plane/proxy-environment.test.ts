import { expect, test } from '@jest/globals';
import { look } from '../worlds.ts';

const check = 'control-plane/proxy-environment';

test('never shows the password in the address of the proxy', async () => {
  const { report } = await look(check, 'closed-by-the-proxy');
  expect(report.findings).toHaveLength(1);
  expect(JSON.stringify(report)).not.toMatch(/hunter2/);
});

test('says which range is missing', async () => {
  const { remedies } = (await look(check, 'closed-by-the-proxy')).finding();
  expect(remedies[0]?.steps[0]?.does).toMatch(/must cover 10\.108\.243\.54\. Add 10\.96\.0\.0\/12/);
});

test('is unsure where the environment is not visible, and clear where the address is exempt', async () => {
  expect((await look(check, 'not-visible')).finding().confidence).toBe(0.6);
  expect((await look(check, 'exempt')).verdict.is).toBe('clear');
});
