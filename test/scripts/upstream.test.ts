import { expect, test } from '@jest/globals';
import { upstreamIssues } from '../../scripts/upstream.ts';

test('a number without a name belongs to the project of the system', () => {
  expect(upstreamIssues('from v1.12.0 on (#2896), not before (#1974)', 'kube-ovn')).toEqual([
    '[kube-ovn#1974](https://github.com/kubeovn/kube-ovn/issues/1974)',
    '[kube-ovn#2896](https://github.com/kubeovn/kube-ovn/issues/2896)',
  ]);
});

test('a name is kept for the numbers after it in the same line, and each issue is linked once', () => {
  const article = 'metrics-server#767, #196 and #767\n\nBackground: bitnami/containers#83267';
  expect(upstreamIssues(article, 'control-plane')).toEqual([
    '[bitnami/containers#83267](https://github.com/bitnami/containers/issues/83267)',
    '[metrics-server#196](https://github.com/kubernetes-sigs/metrics-server/issues/196)',
    '[metrics-server#767](https://github.com/kubernetes-sigs/metrics-server/issues/767)',
  ]);
});

test('a name that no project is known for gives no link to a wrong place', () => {
  expect(upstreamIssues('see step#12 and #3456', 'workload')).toEqual([]);
});
