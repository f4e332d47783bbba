import { describe, expect, test } from '@jest/globals';
import { startWorld } from '../../src/adapters/simulated/open-world.ts';
import { decide } from '../../src/app/decide.ts';
import { reversalsOf } from '../../src/app/ownership.ts';
import { remediate } from '../../src/app/remediate.ts';
import { triage } from '../../src/app/triage.ts';
import type { Change } from '../../src/core/change.ts';
import { World } from '../../src/core/world.ts';
import { aContext, aJob, houseOf, people } from './house-of.ts';

type Marks = Readonly<Record<string, unknown>>;

function deployment(metadata: Marks): Record<string, unknown> {
  const own = { name: 'kong', namespace: 'kong', uid: 'u1', resourceVersion: '7', ...metadata };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: own, spec: { replicas: 0 } };
}

const target = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  plural: 'deployments',
  namespace: 'kong',
  name: 'kong',
  uid: 'u1',
  resourceVersion: '7',
};
const scale: Change = { change: 'patch-object', ...target, subresource: 'scale', patch: { spec: { replicas: 2 } } };

async function reversals(metadata: Marks, changes: Change[] = [scale], denied: World['denied'] = []) {
  const objects = [deployment(metadata)];
  const world = startWorld(World.parse({ now: '2026-01-05T10:00:00Z', title: 'a Deployment', objects, denied }));
  const steps = changes.map((change) => ({ does: 'Change it.', change }));
  return reversalsOf(steps, world.open({ mode: 'remediate' }).reader);
}

const flux = { labels: { 'kustomize.toolkit.fluxcd.io/name': 'kong' } };

describe('a change', () => {
  test('of a field that Flux wrote will be taken back, and the card says which field and when', async () => {
    const managedFields = [{ manager: 'kustomize-controller', fieldsV1: { 'f:spec': { 'f:replicas': {} } } }];
    expect(await reversals({ ...flux, managedFields })).toEqual([
      {
        change: 'patch Deployment kong/kong (scale)',
        is: 'certain',
        says: 'Flux wrote spec.replicas of Deployment kong/kong (metadata.managedFields: kustomize-controller) and writes its own value back with its next reconciliation, usually within 10 minutes. Change it at its source too.',
      },
    ]);
  });

  test('of another field of what Flux wrote lasts, and that is said too', async () => {
    const fieldsV1 = { 'f:spec': { 'f:template': {} } };
    const managedFields = [{ manager: 'kustomize-controller', operation: 'Apply', fieldsV1 }];
    expect(await reversals({ ...flux, managedFields })).toMatchObject([
      { is: 'never', says: expect.stringContaining('keeps none of the fields that are changed here') },
    ]);
  });

  test('of another field is not said to last when the tool patches from the client: it may keep more', async () => {
    const annotations = { 'argocd.argoproj.io/tracking-id': 'kong:apps/Deployment:kong/kong' };
    const argo = { manager: 'argocd-controller', operation: 'Update', fieldsV1: { 'f:spec': { 'f:template': {} } } };
    expect(await reversals({ annotations, managedFields: [argo] })).toMatchObject([{ is: 'possible' }]);
    const helm = { manager: 'helm', operation: 'Update', fieldsV1: { 'f:spec': { 'f:replicas': {} } } };
    expect(await reversals({ annotations, managedFields: [argo, helm] })).toMatchObject([{ is: 'certain' }]);
  });

  test('of what Fleet wrote is known by its agent, which the label does not name', async () => {
    const fieldsV1 = { 'f:spec': { 'f:replicas': {} } };
    const managedFields = [{ manager: 'fleetagent', operation: 'Update', fieldsV1 }];
    expect(await reversals({ labels: { 'objectset.rio.cattle.io/hash': 'a1' }, managedFields })).toMatchObject([
      { is: 'certain', says: expect.stringContaining('Rancher Fleet wrote spec.replicas') },
    ]);
  });

  test.each([
    ['Argo CD', { annotations: { 'argocd.argoproj.io/tracking-id': 'kong:apps/Deployment:kong/kong' } }],
    ['Flux', { labels: { 'helm.toolkit.fluxcd.io/name': 'kong' } }],
    ['Helm', { annotations: { 'meta.helm.sh/release-name': 'kong' } }],
    ['Rancher', { labels: { 'objectset.rio.cattle.io/hash': 'a1' } }],
  ])(
    'of what carries the mark of %s may be taken back when nobody can tell who wrote the field',
    async (tool, marks) => {
      expect(await reversals(marks)).toMatchObject([{ is: 'possible', says: expect.stringContaining(`${tool} owns`) }]);
    },
  );

  test('of what another object made may be taken back by its controller', async () => {
    const maker = { apiVersion: 'operator.tigera.io/v1', kind: 'Installation', name: 'default', controller: true };
    expect(await reversals({ ownerReferences: [maker] })).toMatchObject([
      { is: 'possible', says: expect.stringMatching(/^Installation default made Deployment kong\/kong/) },
    ]);
  });

  test('of what was applied by hand is taken back by nobody', async () => {
    const managedFields = [{ manager: 'kubectl-client-side-apply', fieldsV1: { 'f:spec': { 'f:replicas': {} } } }];
    expect(await reversals({ managedFields })).toEqual([]);
  });

  test('that removes what GitOps owns is undone by making it again', async () => {
    expect(await reversals(flux, [{ change: 'delete-object', ...target }])).toMatchObject([
      { is: 'possible', says: expect.stringContaining('makes it again') },
    ]);
  });

  test('that deletes or evicts a pod is meant to be followed by a new one', async () => {
    const pod = { namespace: 'kong', name: 'kong', uid: 'u1' };
    expect(
      await reversals(flux, [
        { change: 'delete-pod', ...pod },
        { change: 'evict-pod', ...pod },
      ]),
    ).toEqual([]);
  });

  test('of an object that may not be read is not said to last', async () => {
    const denied: World['denied'] = [{ verb: 'get', resource: 'deployments.apps' }];
    expect(await reversals(flux, [scale], denied)).toMatchObject([
      { is: 'unknown', says: expect.stringMatching(/could not be looked at: .+/) },
    ]);
  });

  test('made in several steps on one object is said once', async () => {
    expect(await reversals(flux, [scale, scale])).toHaveLength(1);
  });
});

test('the card of a fix that scales what Helm installed warns of it, and the fix can still be approved and made', async () => {
  const house = houseOf('kong/database-down/first-controller');
  await triage({ ...aJob, playbook: 'ingress' }, house, aContext());
  const { proposal } = house.card();
  expect(proposal.reversals).toMatchObject([
    { is: 'possible', says: expect.stringContaining('Helm owns StatefulSet kong/kong-postgresql (helm.sh/chart=') },
  ]);
  expect((await decide({ proposal: proposal.id, by: people.bo, is: 'approved' }, house)).taken).toBe(true);
  await remediate(proposal.id, house, aContext());
  expect(house.world.changes().map(({ change }) => change)).toMatchObject([
    { kind: 'StatefulSet', subresource: 'scale' },
  ]);
});
