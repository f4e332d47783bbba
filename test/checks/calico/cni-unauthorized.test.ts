import { describe, expect, test } from '@jest/globals';
import { look } from '../worlds.ts';

const check = 'calico/cni-unauthorized';

test('names the nodes and restarts the Calico pod of each, which writes a new token', async () => {
  const finding = (await look(check, 'token-expired')).finding();
  expect(finding.says).toMatch(/on 2 of 4 nodes \(worker-2 and worker-3\).*2 pods wait/);
  expect(finding.remedies[0]).toMatchObject({ id: 'calico/restart-node-agents', allowed: true });
  expect(finding.remedies[0]?.steps).toHaveLength(2);
});

test.each(['dockershim', 'new-events', 'no-uid'])('is told from every form of the event: %s', async (world) => {
  expect((await look(check, world)).finding().evidence[0]?.says).toMatch(
    /Seen 7 times on node worker-3, last at 09:59:20 UTC: error getting ClusterInformation/,
  );
});

describe('restarts nothing', () => {
  test('when nobody renews the token, and says what to switch on', async () => {
    const { remedies } = (await look(check, 'not-managed')).finding();
    expect(remedies.map(({ id, allowed }) => ({ id, allowed }))).toEqual([
      { id: 'calico/let-agent-manage-token', allowed: true },
      { id: 'calico/restart-node-agents', allowed: false },
    ]);
  });

  test('while the API server says that it is not ready', async () => {
    const [restart] = (await look(check, 'api-server-not-ready')).finding().remedies;
    expect(restart?.allowed).toBe(false);
  });
});

test.each([
  'role-missing',
  'api-server-unreachable',
  'running-since',
  'pod-gone',
  'old-event',
  'just-created',
  'all-well',
])('stays clear: %s', async (world) => {
  expect((await look(check, world)).verdict.is).toBe('clear');
});

test('shows hostile text as text, without its secret', async () => {
  const shown = JSON.stringify((await look(check, 'hostile')).finding());
  expect(shown).not.toMatch(/abc123secret|\\u001b/);
});
