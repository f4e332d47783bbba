import { describe, expect, test } from '@jest/globals';
import { ownerOf, writersOf } from '../../src/core/ownership.ts';

const mark = (labels: Record<string, string>, annotations: Record<string, string> = {}) =>
  ownerOf({ labels, annotations })?.tool;

test('names the tool that would take a change back', () => {
  expect(mark({ 'app.kubernetes.io/managed-by': 'Helm' })).toBe('Helm');
  expect(mark({}, { 'meta.helm.sh/release-name': 'canal' })).toBe('Helm');
  expect(mark({ 'objectset.rio.cattle.io/hash': 'a1' })).toBe('Rancher');
  expect(mark({ 'kustomize.toolkit.fluxcd.io/name': 'network', 'helm.sh/chart': 'canal-1' })).toBe('Flux');
  expect(mark({ 'app.kubernetes.io/managed-by': 'Helm' }, { 'argocd.argoproj.io/tracking-id': 'x' })).toBe('Argo CD');
  expect(mark({ 'app.kubernetes.io/managed-by': 'our-tool' })).toBe('our-tool');
});

test('names nobody after kubectl apply by hand', () => {
  expect(mark({ 'k8s-app': 'canal' }, { 'kubectl.kubernetes.io/last-applied-configuration': '{}' })).toBeUndefined();
  expect(mark({ 'addonmanager.kubernetes.io/mode': 'EnsureExists' })).toBeUndefined();
});

test('names Flux no more once somebody has told it to leave the object alone', () => {
  const labels = { 'kustomize.toolkit.fluxcd.io/name': 'network' };
  expect(mark(labels, { 'kustomize.toolkit.fluxcd.io/reconcile': 'disabled' })).toBeUndefined();
  expect(mark(labels, { 'kustomize.toolkit.fluxcd.io/reconcile': 'enabled' })).toBe('Flux');
});

test('names Fleet by its own label before the marks of Helm that it carries', () => {
  expect(mark({ 'fleet.cattle.io/bundle-id': 'b', 'app.kubernetes.io/managed-by': 'Helm' })).toBe('Rancher Fleet');
});

describe('who wrote the fields that a patch sets', () => {
  const fields = {
    'f:spec': { 'f:replicas': {}, 'f:selector': {}, 'f:template': { 'f:metadata': { 'f:labels': {} } } },
  };
  const wrote = (patch: Record<string, unknown>, manager = 'kustomize-controller') =>
    writersOf([{ manager, operation: 'Apply', fieldsV1: fields }], patch).map((writer) => writer.wrote);

  test('is found by the path of the field, and by a part of the object that a tool holds as a whole', () => {
    expect(wrote({ spec: { replicas: 3 } })).toEqual(['spec.replicas']);
    expect(wrote({ spec: { selector: { app: 'x' } } })).toEqual(['spec.selector.app']);
  });

  test('is nobody for a field beside theirs, and for one that only lies above theirs', () => {
    const restart = { spec: { template: { metadata: { annotations: { restartedAt: 'now' } } } } };
    expect(wrote(restart)).toEqual([undefined]);
    expect(wrote({ spec: { paused: true } })).toEqual([undefined]);
  });

  test('leaves out kubectl and controllers, which take nothing back', () => {
    expect(wrote({ spec: { replicas: 3 } }, 'kubectl-client-side-apply')).toEqual([]);
    expect(wrote({ spec: { replicas: 3 } }, 'constructor')).toEqual([]);
  });
});
