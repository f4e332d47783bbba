import { z } from 'zod';
import { typha } from '../../facts/calico/product.ts';
import { word } from '../../facts/kubernetes/commands.ts';
import { nodeAgentReads, readNodeAgents } from '../../reads/calico/node-agents.ts';
import { defineManualRemedy } from '../manual.ts';

/** What keeps Felix behind is not known, so nothing here is done automatically. */
export const compareFelix = defineManualRemedy({
  id: 'calico/compare-felix',
  does: 'Find out what keeps Felix behind, and restart the one that is stale.',
  risk: 'medium',
  reversible: false,
  whenNotToUse: ['When a log shows a list that is refused again and again: that has a fix of its own.'],
  input: z.object({ node: z.string(), hasTypha: z.boolean() }),
  reads: nodeAgentReads,
  async instruct(sight, { node, hasTypha }) {
    const { about, agents } = await readNodeAgents(sight);
    const namespace = word(about.namespace ?? '');
    const agent = word(agents.find(({ spec }) => spec.nodeName === node)?.metadata.name ?? about.name);
    return {
      steps: [
        `See on node ${node} that routes are missing: ip route show | grep cali, and compare with kubectl get pods -A -o wide --field-selector spec.nodeName=${word(node)}`,
        `Read what Felix says: kubectl -n ${namespace} logs ${agent} -c calico-node --since=15m | grep -E "felix/(sync_client|async_calc_graph|route_table)"`,
        ...(hasTypha
          ? [
              `See whether Typha is behind as well: compare typha_cache_size and typha_breadcrumb_seq_number of its pods (${typha.labels}), and evict the one whose number stands still.`,
            ]
          : []),
        `Then restart Calico on this node alone, when the other Calico pods are ready: kubectl -n ${namespace} delete pod ${agent}`,
        'Look again a minute later: the pods must get well without being recreated.',
      ],
      effect:
        'Looking changes nothing. A restarted Calico pod is away for 15 to 60 s; running pods keep their network.',
      touches: { nodes: 1, pods: 1 },
    };
  },
});
