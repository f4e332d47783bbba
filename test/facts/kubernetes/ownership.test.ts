import { expect, test } from '@jest/globals';
import { ownerOf } from '../../../playbooks/facts/kubernetes/ownership.ts';

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
