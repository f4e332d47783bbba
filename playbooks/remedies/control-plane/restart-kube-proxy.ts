import { z } from 'zod';
import { list, path } from '../../../src/core/read.ts';
import { defineRemedy, precondition } from '../../../src/core/remedy.ts';
import { isKubeProxy, isStatic, kubeProxyLabels, kubeProxyNamespace } from '../../facts/kube-proxy/product.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { isReady } from '../../facts/kubernetes/pods.ts';
import { Pod } from '../../kinds/kubernetes.ts';

/** More than a few nodes have a cause in common, and a restart of all at once would hide it. */
const mostRestarts = 10;

/** A fresh kube-proxy writes all its rules anew. */
export const restartKubeProxy = defineRemedy({
  id: 'control-plane/restart-kube-proxy',
  how: 'change',
  does: 'Restart kube-proxy on the nodes where it does not keep its rules up to date, one after another.',
  risk: 'low',
  reversible: false,
  whenNotToUse: [
    'When the rule itself is refused, by a missing kernel module or an older iptables: the next one fails the same way.',
    'While the API server does not answer: a fresh kube-proxy would have nothing to write.',
  ],
  input: z.object({ nodes: z.array(z.string()) }),
  reads: [list(Pod), path('/readyz')],
  changes: [{ change: 'delete-pod', kind: Pod, in: { namespace: kubeProxyNamespace } }],
  proof: { withinSeconds: 180, holdSeconds: 180 },
  async plan({ cluster }, { nodes }) {
    const every = (await cluster.list(Pod, { namespace: kubeProxyNamespace })).filter(isKubeProxy);
    const pods = every.filter(({ spec }) => nodes.includes(spec.nodeName ?? ''));
    const fixed = pods.filter(isStatic);
    const { status } = await cluster.get('/readyz');
    const staying = every.filter((pod) => !pods.includes(pod) && isReady(pod)).length;
    return {
      preconditions: [
        precondition(
          'Does a DaemonSet bring these pods back?',
          pods.length > 0 && fixed.length === 0,
          fixed.length === 0
            ? `${pods.length} of ${pods.length} belong to one.`
            : `${listed(fixed.map(({ metadata }) => metadata.name))} ${fixed.length === 1 ? 'is a static pod' : 'are static pods'}: deleting the mirror does not restart the container.`,
        ),
        precondition(
          'Are there few enough to restart them one by one?',
          pods.length <= mostRestarts,
          `${pods.length} would be restarted; at most ${mostRestarts} are done in one approval.`,
        ),
        precondition('Does the API server say that it is ready?', status === 200, `/readyz answers ${status}.`),
      ],
      steps: pods.map(({ metadata, spec }, index) => ({
        does: `Delete pod ${kubeProxyNamespace}/${metadata.name} on node ${spec.nodeName ?? 'unknown'}, and wait until the next one is ready there.`,
        change: { change: 'delete-pod', namespace: kubeProxyNamespace, name: metadata.name, uid: metadata.uid },
        settled: {
          until: 'pods-ready',
          namespace: kubeProxyNamespace,
          labels: kubeProxyLabels,
          atLeast: staying + index + 1 + pods.slice(index + 1).filter(isReady).length,
          withinSeconds: 120,
        },
      })),
      effect: 'Each node takes 10 to 30 s. The rules stay in the kernel meanwhile: what works goes on working.',
      touches: { nodes: pods.length, pods: pods.length },
    };
  },
});
