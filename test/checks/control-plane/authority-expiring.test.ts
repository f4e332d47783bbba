import { describe, expect, test } from '@jest/globals';
import { look } from '../worlds.ts';

const check = 'control-plane/authority-expiring';

describe(check, () => {
  test('warns within 90 days, and is critical within 30 and after the end', async () => {
    const severities = await Promise.all(
      ['ends-in-a-month', 'ends-in-days', 'ended'].map(async (world) => (await look(check, world)).finding().severity),
    );
    expect(severities).toEqual(['warning', 'critical', 'critical']);
  });

  test('says which authority it is, what it signs and when it ends', async () => {
    const { finding } = await look(check, 'ended');
    expect(finding().says).toMatch(/requestheader-client-ca-file ended at 2027-01-20 .*ask aggregated APIs/);
  });

  test('takes the newest end of a bundle in which one authority takes over from another', async () => {
    expect((await look(check, 'taking-over')).verdict.is).toBe('clear');
  });

  test('does not apply, and is not clear, when nothing is published', async () => {
    expect((await look(check, 'nothing-published')).verdict.is).toBe('not-applicable');
  });
});
