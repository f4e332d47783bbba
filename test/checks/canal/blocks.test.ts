import { describe, expect, test } from '@jest/globals';
import { look } from '../worlds.ts';

describe('canal/cidr-overlaps-services', () => {
  const check = 'canal/cidr-overlaps-services';

  test.each([
    ['network-contains-services', /overlap with the network of flannel, 10\.0\.0\.0\/8/, ['canal/set-network']],
    ['cluster-cidr-overlaps', /overlap with the cluster CIDR, 10\.42\.0\.0\/15/, ['canal/separate-networks']],
    ['range-not-visible', /10\.43\.0\.1\/32, overlap with the network of flannel/, ['canal/separate-networks']],
  ])('finds %s', async (world, says, remedies) => {
    const finding = (await look(check, world)).finding();
    expect(finding.confidence).toBe(0.9);
    expect(finding.says).toMatch(says);
    expect(finding.remedies.map(({ id }) => id)).toEqual(remedies);
  });

  test.each(['apart', 'range-not-visible-apart', 'neighbours'])('stays clear: %s', async (world) => {
    expect((await look(check, world)).verdict.is).toBe('clear');
  });
});

describe('canal/cluster-cidr-changed', () => {
  const check = 'canal/cluster-cidr-changed';

  test.each(['refused', 'refused-new-words'])('is told by the controller-manager itself: %s', async (world) => {
    const finding = (await look(check, world)).finding();
    expect(finding).toMatchObject({
      confidence: 0.95,
      about: { kind: 'Pod', name: 'kube-controller-manager-master-1' },
    });
    expect(finding.evidence.flatMap(({ lines }) => lines ?? []).join()).toMatch(
      /is out the range of cluster cidr 10\.52\.0\.0\/16/,
    );
  });

  test('is less sure when a controller-manager is not ready without saying why', async () => {
    expect((await look(check, 'not-ready')).finding().confidence).toBe(0.7);
  });

  test('says first to set the old value back when that was right', async () => {
    const [offer] = (await look(check, 'refused')).finding().remedies;
    expect(offer?.steps[0]?.does).toMatch(
      /If the old one was right, set --cluster-cidr back, and nothing else is needed/,
    );
  });

  test.each(['all-inside', 'allocator-off', 'flannel-does-not-fit', 'not-visible'])(
    'stays clear: %s',
    async (world) => {
      expect((await look(check, world)).verdict.is).toBe('clear');
    },
  );
});

describe('canal/node-without-pod-cidr', () => {
  const check = 'canal/node-without-pod-cidr';

  test.each([
    ['exhausted', /The cluster CIDR has no block left/],
    ['allocation-off', /without --allocate-node-cidrs=true/],
    ['no-cluster-cidr', /without --cluster-cidr/],
    ['controller-manager-down', /No controller-manager is ready/],
    ['not-visible', /Why is not visible here/],
  ])('says why: %s', async (world, says) => {
    const finding = (await look(check, world)).finding();
    expect(finding.confidence).toBe(0.95);
    expect(finding.says).toMatch(says);
  });

  test('is about the node when it is one, and about flannel when it is many', async () => {
    expect((await look(check, 'exhausted')).finding().about).toMatchObject({ kind: 'Node', name: 'worker-2' });
    expect((await look(check, 'allocation-off')).finding().about).toMatchObject({
      kind: 'DaemonSet',
      name: 'canal',
    });
  });

  test.each(['all-have-one', 'just-joined', 'virtual-node'])('stays clear: %s', async (world) => {
    expect((await look(check, world)).verdict.is).toBe('clear');
  });
});
