import { describe, expect, test } from '@jest/globals';
import { dropAddressFinalizer } from '../../../playbooks/remedies/kube-ovn/drop-address-finalizer.ts';
import type { World } from '../../../src/core/world.ts';
import { loadWorld, openCluster } from '../../checks/worlds.ts';

const world = loadWorld('kube-ovn/stuck-terminating/finalizer-dropped');
const name = 'report-x2b9k.shop';

type Changed = { readonly metadata?: Record<string, unknown>; readonly spec?: Record<string, unknown> };

function withObject(changes: Changed): World {
  const objects = world.objects.map((object) =>
    object.kind === 'IP' && object.metadata.name === name
      ? {
          ...object,
          metadata: { ...object.metadata, ...changes.metadata },
          spec: { ...(object['spec'] as object), ...changes.spec },
        }
      : object,
  );
  return { ...world, objects };
}

async function planOn(on: World, version = 'v1.13.2') {
  const { reader } = openCluster(on);
  const platform = { kubernetes: {}, kubeOvn: { namespace: 'kube-system', version } };
  return dropAddressFinalizer.plan({ cluster: reader, target: {}, now: on.now, platform }, { names: [name] });
}

async function refusals(on: World, version?: string) {
  return (await planOn(on, version)).preconditions.filter(({ holds }) => holds === 'no').map(({ because }) => because);
}

describe('dropping a finalizer', () => {
  test('removes only that of kube-ovn, from the very object that was seen', async () => {
    const other = withObject({ metadata: { finalizers: ['kube-ovn-controller', 'example.com/keep'] } });
    const [step] = (await planOn(other)).steps;
    expect(step?.change).toMatchObject({
      change: 'patch-object',
      name,
      resourceVersion: expect.stringMatching(/^\d+$/),
      patch: { metadata: { finalizers: ['example.com/keep'] } },
    });
  });

  test('is never done without somebody having read that it is for good', async () => {
    expect((await planOn(world)).preconditions.map(({ holds }) => holds)).toContain('confirm');
    expect(await refusals(world)).toEqual([]);
  });

  test.each([
    [
      'an object that is not being deleted',
      withObject({ metadata: { deletionTimestamp: undefined } }),
      /not being deleted/,
    ],
    ['one whose subnet exists', withObject({ spec: { subnet: 'ovn-default' } }), /Subnet ovn-default exists/],
    [
      'a reserved one',
      withObject({ metadata: { labels: { 'ovn.kubernetes.io/ip_reserved': 'true' } } }),
      /ip_reserved is true/,
    ],
    [
      'one that another finalizer holds',
      withObject({ metadata: { finalizers: ['example.com/keep'] } }),
      /example\.com\/keep/,
    ],
    [
      'one that is gone',
      { ...world, objects: world.objects.filter(({ metadata }) => metadata.name !== name) },
      /0 of 1 are/,
    ],
  ])('is refused for %s', async (_what, on, because) => {
    expect((await refusals(on)).join(' ')).toMatch(because);
  });

  test('is refused in a version that lets such objects go by itself', async () => {
    expect((await refusals(world, 'v1.15.3')).join(' ')).toMatch(/look for another cause/);
  });
});
