import { describe, expect, test } from '@jest/globals';
import { podNetwork } from '../../../playbooks/pod-network.ts';
import { loadWorld, look, runOn } from '../worlds.ts';

async function steps(check: string, world: string) {
  const { remedies } = (await look(check, world)).finding();
  return (remedies[0]?.steps ?? []).map(({ does }) => does).join('\n');
}

describe('a node that may claim no more blocks', () => {
  const check = 'calico/block-limit';

  test('has addresses that leaked, which are released before the limit is raised', async () => {
    const finding = (await look(check, 'addresses-leaked')).finding();
    expect(finding.about).toMatchObject({ kind: 'Node', name: 'worker-3' });
    expect(finding.says).toMatch(
      /has 3 blocks .* and may have 3: 1 pod waits .* 189 of its 192 addresses that are given away belong to no pod/,
    );
    expect(await steps(check, 'addresses-leaked')).toMatch(/ipam release[\s\S]*Only if that is not enough: Raise.*:6/);
  });

  test('really uses them, and needs a higher limit', async () => {
    expect((await look(check, 'really-used')).finding().says).toMatch(/Its 11 pods really use them/);
    expect(await steps(check, 'really-used')).not.toMatch(/ipam release/);
  });

  test('has the default limit when nobody set one', async () => {
    expect((await look(check, 'default-limit')).finding().says).toMatch(/may have 20, which is the default/);
  });

  test('is found once for each such node', async () => {
    const { findings } = await look(check, 'two-nodes');
    expect(findings.map(({ about }) => about.name)).toEqual(['worker-2', 'worker-3']);
  });

  test('is read from the newer group of Calico as well', async () => {
    expect((await look(check, 'newer-group')).finding().says).toMatch(/has 3 blocks .* and may have 3:/);
    const commands = await steps(check, 'newer-group');
    expect(commands).toMatch(
      /get ipamblocks\.projectcalico\.org .*[\s\S]*patch ipamconfigurations\.projectcalico\.org/,
    );
    expect(await steps(check, 'really-used')).toMatch(/patch ipamconfigs\.crd\.projectcalico\.org/);
  });

  test.each(['pools-empty-instead', 'full-but-nobody-waits'])('stays clear: %s', async (world) => {
    expect((await look(check, world)).verdict.is).toBe('clear');
  });
});

describe('a pool without a free address', () => {
  const check = 'calico/pools-exhausted';

  test('is named with its numbers', async () => {
    const { finding, verdict } = await look(check, 'all-in-use');
    expect(finding().about).toMatchObject({ kind: 'IPPool', name: 'default-ipv4-ippool' });
    expect(finding().says).toMatch(
      /2 pods wait for one on worker-1 and worker-3\. Nothing is left in default-ipv4-ippool \(256 of 256/,
    );
    expect(verdict.measured.at(-1)?.is).toBe('256 of 256 addresses in use, 4 of 4 blocks claimed');
  });

  test('is looked at in the group that the cluster has it in', async () => {
    expect(await steps(check, 'newer-group')).toMatch(/get ippools\.projectcalico\.org /);
    expect(await steps(check, 'all-in-use')).toMatch(/get ippools\.crd\.projectcalico\.org /);
  });

  test('has blocks of nodes that are gone, which can be released', async () => {
    const finding = (await look(check, 'nodes-gone')).finding();
    expect(finding.says).toMatch(/2 blocks still belong to worker-7 and worker-8, which are no nodes any more/);
    expect(finding.evidence.at(-1)?.says).toMatch(/76 of them are in 2 blocks of nodes that are gone/);
  });

  test('may be one of two, and then nothing is about one alone', async () => {
    expect((await look(check, 'two-pools')).finding().about).toMatchObject({ kind: 'DaemonSet' });
  });

  test.each([
    ['strict-affinity', /strictAffinity forbids to borrow/],
    ['pool-disabled', /No enabled IP pool may be used/],
    ['no-pool-selected', /No enabled IP pool may be used/],
    ['six', /default-ipv6-ippool \(64 of 64 in use\)/],
    ['newer-group', /256 of 256 in use/],
  ])('is told from other reasons: %s', async (world, says) => {
    expect((await look(check, world)).finding().says).toMatch(says);
  });

  test.each(['block-limit-instead', 'full-but-nobody-waits'])('stays clear: %s', async (world) => {
    expect((await look(check, world)).verdict.is).toBe('clear');
  });
});

test.each(['calico/block-limit', 'calico/pools-exhausted', 'calico/bgp-down'])(
  '%s does not apply to canal, where Calico only enforces policies',
  async (check) => {
    const { verdict } = await look(check, 'canal');
    expect(verdict.is).toBe('not-applicable');
    expect(verdict.because).toMatch(/With canal, Calico only enforces policies/);
  },
);

describe('what is not written down is not made up', () => {
  test('a node whose blocks are not there has no count of them', async () => {
    const { says } = (await look('calico/block-limit', 'no-block-seen')).finding();
    expect(says).toBe(
      'Node q-w1 may claim no other block of addresses from Calico. It may have 2: 1 pod waits there for an address.',
    );
  });

  test('a pool that is not there is named as the CNI plugin names it', async () => {
    const { says } = (await look('calico/pools-exhausted', 'pool-not-written')).finding();
    expect(says).toMatch(/Nothing is left in 10\.200\.0\.0\/25, and no IPPool of that range was found any more\.$/);
  });
});

test('a cause on one node does not stand above what another node suffers', async () => {
  const { findings } = await runOn(loadWorld('calico/block-limit/token-refused-elsewhere'), podNetwork);
  expect(findings.map(({ code, about, causedBy }) => [code, about.name, causedBy])).toEqual([
    ['calico/block-limit', 'q-w1', []],
    ['workload/network-not-ready', 'q-w1', ['calico/block-limit']],
    ['calico/cni-unauthorized', 'calico-node', []],
    ['workload/network-not-ready', 'q-w2', ['calico/cni-unauthorized']],
  ]);
});
