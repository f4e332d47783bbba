import { expect, test } from '@jest/globals';
import { look } from '../worlds.ts';

const check = 'calico/bgp-down';

test('finds one node where everybody misses it, and the address it should not speak from', async () => {
  const finding = (await look(check, 'wrong-interface')).finding();
  expect(finding).toMatchObject({ confidence: 0.95, about: { kind: 'Node', name: 'worker-3' } });
  expect(finding.says).toMatch(
    /between node worker-3 and master-1, worker-1 and worker-2 .*speaks from 172\.18\.0\.1, which is none/,
  );
  expect(finding.remedies[0]?.steps[0]?.does).toMatch(/IP_AUTODETECTION_METHOD=kubernetes-internal-ip/);
});

test('finds one node whose port is closed, and does not blame its address', async () => {
  const finding = (await look(check, 'port-closed')).finding();
  expect(finding).toMatchObject({ confidence: 0.85, about: { name: 'worker-3' } });
  expect(finding.remedies[0]?.steps.map(({ does }) => does).join(' ')).toMatch(/TCP port 179 is open between worker-3/);
});

test('says what it can of a single session', async () => {
  expect((await look(check, 'one-session')).finding().says).toMatch(/between node worker-3 and worker-1 is down/);
});

test('finds two faults where one node does not explain all', async () => {
  const { findings } = await look(check, 'two-faults');
  expect(findings.map(({ about }) => about.name).sort()).toEqual(['worker-2', 'worker-3']);
});

test('is one finding where sessions are down everywhere', async () => {
  const finding = (await look(check, 'everywhere')).finding();
  expect(finding.about).toMatchObject({ kind: 'DaemonSet', name: 'calico-node' });
  expect(finding.says).toMatch(/between 8 nodes .*no few of them explain it/);
});

test('is about no node where the peer is none', async () => {
  const finding = (await look(check, 'removed-node')).finding();
  expect(finding).toMatchObject({ severity: 'warning', about: { kind: 'DaemonSet' } });
  expect(finding.says).toMatch(/192\.168\.10\.77, which is the address of no node/);
});

test('reads the last address where it runs into the next log line', async () => {
  expect((await look(check, 'glued-text')).finding().says).toMatch(/worker-3 and master-1 and worker-1/);
});

test('tells a BIRD that does not run from a session that is down', async () => {
  expect((await look(check, 'bird-dead')).finding().says).toMatch(
    /BIRD does not run in the Calico pod of node worker-3/,
  );
});

test.each(['just-started', 'ready-again', 'old-events', 'felix-instead', 'second-network'])(
  'stays clear: %s',
  async (world) => {
    expect((await look(check, world)).verdict.is).toBe('clear');
  },
);

test('stays clear when the missing node is down, and says so', async () => {
  const { verdict } = await look(check, 'node-down');
  expect(verdict.is).toBe('clear');
  expect(verdict.measured.at(-1)).toEqual({ what: 'BGP sessions of nodes that are down', is: '3' });
});
