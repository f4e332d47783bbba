import { describe, expect, test } from '@jest/globals';
import { loadWorld, look } from '../worlds.ts';

const check = 'kube-ovn/address-conflict';

async function onlyFinding(world: string) {
  return (await look(check, world)).finding();
}

async function remedyOf(world: string, id: string) {
  return (await onlyFinding(world)).remedies.find((remedy) => remedy.id === id);
}

describe('two running owners of one address', () => {
  test('are named with their nodes, and the fault with the change of leader that brought it about', async () => {
    const finding = await onlyFinding('stress-test');
    expect(finding).toMatchObject({
      severity: 'critical',
      about: { kind: 'Subnet', name: 'ovn-default' },
      confidence: 0.98,
    });
    expect(finding.says).toMatch(
      /10\.16\.0\.42 belongs to perf\/loadgen-6d5b8f7c49-xdn5q \(node worker-3\) and shop\/orders/,
    );
    expect(finding.says).toMatch(
      /within 3 min after the controller kube-ovn-controller-6c5f7d8b94-m8qtz took over at 09:38:12 UTC/,
    );
    expect(finding.says).toMatch(/v1\.9\.8 OVN refuses a second port/);
  });

  test('are proved by the history of the address in the logs of the controllers', async () => {
    const lines = (await onlyFinding('exhaustion')).evidence.flatMap((one) => one.lines ?? []);
    expect(lines.map((line) => /(allocate|release) v4 10\.33\.0\.9/.exec(line)?.[1])).toEqual([
      'allocate',
      'release',
      'allocate',
    ]);
  });

  test('come of a full subnet where fewer than 5 % are free, and then a person is told to make room', async () => {
    const finding = await onlyFinding('exhaustion');
    expect(finding.says).toMatch(/Fewer than 5 % .*v1\.12\.0 on nothing refuses/);
    expect(finding.remedies.map(({ id }) => id)).toContain('kube-ovn/add-addresses');
  });

  test('have an unknown cause when nothing shows it any more', async () => {
    expect((await onlyFinding('two-replicas')).says).toMatch(/What led to the second allocation is not seen any more/);
  });

  test.each([
    ['annotations-only', 0.85, /no IP object confirms it/],
    ['object-only', 0.6, /only its IP object says so/],
    ['just-now', 0.5, /Look again in 15 s/],
  ])('are less sure on weaker sources: %s', async (world, confidence, because) => {
    const finding = await onlyFinding(world);
    expect(finding.confidence).toBe(confidence);
    expect(finding.confidenceBecause).toMatch(because);
  });

  test('are found in IPv6 alone, however the address is written', async () => {
    expect((await onlyFinding('only-ipv6')).says).toMatch(/fd00:33::9 belongs to/);
  });

  test('are found across two subnets of one wire', async () => {
    expect((await onlyFinding('same-wire')).says).toMatch(/172\.20\.0\.9 belongs to shop\/cart.* and shop\/checkout/);
  });

  test('are one finding for all addresses of a subnet, and the memory of the controller is renewed as well', async () => {
    const finding = await onlyFinding('two-addresses');
    expect(finding.says).toMatch(/^2 addresses of subnet web have two running owners/);
    expect(finding.remedies.map(({ id }) => id).slice(0, 2)).toEqual([
      'kube-ovn/evict-pod',
      'kube-ovn/leader-hand-over',
    ]);
    expect(finding.remedies[0]?.steps).toHaveLength(2);
  });
});

describe('the pod that gives way', () => {
  test('is the youngest replica, which is evicted and not deleted', async () => {
    const offer = await remedyOf('two-replicas', 'kube-ovn/evict-pod');
    expect(offer).toMatchObject({ allowed: true, how: 'change' });
    expect(offer?.steps[0]?.change).toMatchObject({ change: 'evict-pod', name: 'checkout-7b9d5cbf6-6gnwb' });
  });

  test.each([
    ['budget-refuses', /Budget checkout allows 0 disruptions: 3 pods are healthy, and 3 must be/],
    ['two-budgets', /2 budgets count it/],
    ['no-room', /web has 1/],
  ])('stays when a guard says no: %s', async (world, because) => {
    const offer = await remedyOf(world, 'kube-ovn/evict-pod');
    expect(offer?.allowed).toBe(false);
    expect(offer?.preconditions.find(({ holds }) => holds === 'no')?.because).toMatch(because);
  });

  test.each([
    ['precious-owners', [/keep their addresses/, /a virtual machine runs in it/]],
    [
      'precious-templates',
      [
        /template names the address/,
        /only one replica/,
        /nobody makes it anew/,
        /only one of its DaemonSet/,
        /may not replace it/,
        /names a pool/,
        /was not found/,
      ],
    ],
  ])('is left to a person when every owner is precious: %s', async (world, reasons) => {
    const finding = await onlyFinding(world);
    expect(finding.remedies.some(({ how }) => how === 'change')).toBe(false);
    const steps =
      finding.remedies.find(({ id }) => id === 'kube-ovn/choose-between-pods')?.steps.map(({ does }) => does) ?? [];
    for (const reason of reasons) expect(steps.some((does) => reason.test(does))).toBe(true);
  });

  test('stays when it may not be seen whether a budget counts it', async () => {
    const world = {
      ...loadWorld(`${check}/two-replicas`),
      denied: [{ verb: 'list' as const, resource: 'poddisruptionbudgets.policy' }],
    };
    const offer = (await look(check, world)).finding().remedies.find(({ id }) => id === 'kube-ovn/evict-pod');
    expect(offer?.allowed).toBe(false);
    expect(offer?.preconditions[0]).toMatchObject({ holds: 'unknown' });
  });
});

describe('a pod that was given an address in use', () => {
  test.each(['refused-at-start', 'refused-by-memory'])(
    'is found before it runs, with the owner’s port: %s',
    async (world) => {
      const finding = await onlyFinding(world);
      expect(finding.about).toMatchObject({ kind: 'Deployment', name: 'checkout' });
      expect(finding.says).toMatch(
        /has waited for an address for 12 min: it was given 10\.33\.0\.9 .*cart-5d8f6c9b7-d7vkm\.shop/,
      );
      expect(finding.remedies[0]?.steps[0]?.change).toMatchObject({
        change: 'delete-pod',
        name: 'checkout-7b9d5cbf6-6gnwb',
      });
    },
  );

  test('is found where the card of another pod answers on the wire', async () => {
    expect((await onlyFinding('own-card-answers')).says).toMatch(/this cluster’s own port answers for/);
  });
});

test.each([
  'asked-for-another',
  'completed-job',
  'default-by-multus',
  'evicted-pod',
  'host-network',
  'live-migration',
  'object-being-deleted',
  'one-owner',
  'only-asked-for',
  'other-provider',
  'other-vlan',
  'other-vpc',
  'past-its-grace',
  'reserved-object',
  'stateful-recreated',
  'two-cards-of-one-pod',
  'waits-for-its-image',
])('stays clear: %s', async (world) => {
  expect((await look(check, world)).verdict.is).toBe('clear');
});

test('says how many ports it looked at when it is clear', async () => {
  expect((await look(check, 'one-owner')).verdict.measured[0]).toEqual({
    what: 'Addresses with two running owners',
    is: '0, of 10 ports',
  });
});

test('tells who claims the address that the run is pointed at', async () => {
  const { measured } = (await look(check, 'asked-for-another')).verdict;
  expect(measured.at(-1)).toEqual({ what: 'Ports that claim 10.33.0.20', is: 'cart-5d8f6c9b7-k2xqz.shop' });
});

test('says unknown, not clear, about a pod that does not exist', async () => {
  expect((await look(check, 'no-such-pod')).verdict).toMatchObject({ is: 'unknown' });
});

test('shows hostile text from the cluster as text', async () => {
  expect(JSON.stringify(await onlyFinding('hostile'))).not.toMatch(/hunter2hunter2|\\u001b/);
});

test('names the nodes that have one address between them, and leaves the correction to a person', async () => {
  const finding = (await look(check, 'two-nodes')).finding();
  expect(finding.says).toMatch(/Nodes worker-1 and worker-2 have one address, 100\.64\.0\.3 of subnet join/);
  expect(finding.remedies).toMatchObject([{ id: 'kube-ovn/correct-node-address', manual: true }]);
});

test('warns of a reservation whose address a running pod has', async () => {
  expect((await look(check, 'reservation-used')).finding()).toMatchObject({
    severity: 'warning',
    about: { kind: 'IP', name: 'kept-for-later.shop' },
  });
});
