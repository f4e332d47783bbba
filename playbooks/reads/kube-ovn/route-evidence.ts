import type { Evidence } from '../../../src/core/finding.ts';
import type { FeltOnNode } from '../../facts/kube-ovn/felt-on-node.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { daemonEvidence } from './daemon-logs.ts';
import type { TroubleOnNode } from './route-picture.ts';

/** One log for each node: they say the same at about the same time, so a few stand for all. */
const nodesShown = 3;

export function routeEvidence(troubles: readonly TroubleOnNode[], did: string): [Evidence, ...Evidence[]] {
  const nodes = [...new Set(troubles.map(({ node }) => node))];
  const shown = nodes.slice(0, nodesShown).flatMap((node) => {
    const own = troubles.filter((one) => one.node === node);
    const [first] = own;
    if (first === undefined) return [];
    const lines = [...new Set(own.map(({ trouble }) => trouble.line))];
    return [daemonEvidence(first.log, lines, `kube-ovn-cni on node ${node} ${did}.`)];
  });
  const rest = nodes.slice(nodesShown);
  const others: Evidence[] =
    rest.length === 0 ? [] : [{ from: 'Logs of kube-ovn-cni', says: `On ${listed(rest)} as well.` }];
  const [first, ...more] = [...shown, ...others];
  return first === undefined ? [{ from: 'Logs of kube-ovn-cni', says: `It ${did}.` }] : [first, ...more];
}

export function suspicionEvidence({ node, notReady, total, elsewhere }: FeltOnNode): [Evidence, ...Evidence[]] {
  const names = notReady.map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`);
  return [
    {
      from: `Pods on node ${node}, status.conditions[Ready]`,
      says: `${notReady.length} of ${total} are running and not ready: ${listed(names, 5)}.`,
    },
    {
      from: 'Pods of the same subnets on other nodes',
      says: `${elsewhere.notReady} of ${elsewhere.total} are not ready.`,
    },
    { from: `Log of kube-ovn-cni on node ${node}`, says: 'It tells of no route that was taken away.' },
  ];
}
