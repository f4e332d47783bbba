import { expect, test } from '@jest/globals';
import { look } from '../worlds.ts';

const check = 'kube-ovn/apiserver-timeouts';

async function onlyFinding(world: string) {
  return (await look(check, world)).finding();
}

test('finds time-outs around a change of leader, and says that it has been quiet since', async () => {
  const finding = await onlyFinding('around-a-leader-change');
  expect(finding).toMatchObject({ severity: 'warning', confidence: 0.9 });
  expect(finding.says).toMatch(
    /3 lines between 09:50:34 UTC and 09:50:48 UTC\. It has been quiet since\. The leader changed at that time\.$/,
  );
});

test('takes a single line for little where the leader changed, and for nothing elsewhere', async () => {
  expect(await onlyFinding('one-line-at-a-leader-change')).toMatchObject({ confidence: 0.6 });
  expect((await look(check, 'one-line')).verdict.is).toBe('clear');
});

test('is critical while it goes on and the API server says itself that it is not ready', async () => {
  const finding = await onlyFinding('going-on');
  expect(finding).toMatchObject({ severity: 'critical' });
  expect(finding.says).toMatch(/It still goes on\./);
  expect(finding.evidence[0]).toMatchObject({ from: 'API server, /readyz', says: 'It answers 500 now.' });
});

test.each(['quiet', 'long-ago', 'database-timeouts'])('stays clear: %s', async (world) => {
  const { verdict } = await look(check, world);
  expect(verdict).toMatchObject({ is: 'clear', measured: [{ is: '200' }, { is: '0 lines' }] });
});

test('says unknown, not clear, when no controller has a log', async () => {
  expect((await look(check, 'no-logs')).verdict.because).toMatch(/no controller has a log/);
});

test('hides the password and the token in a hostile line', async () => {
  expect(JSON.stringify(await onlyFinding('hostile'))).not.toMatch(/hunter2|0123456789abcdef|\\u001b/);
});
