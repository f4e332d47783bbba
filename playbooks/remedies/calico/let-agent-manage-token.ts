import { z } from 'zod';
import { word } from '../../facts/kubernetes/commands.ts';
import { nodeAgentReads, readNodeAgents } from '../../reads/calico/node-agents.ts';
import { defineManualRemedy } from '../manual.ts';

/** The setting belongs to whoever installed Calico, and changing it rolls every node: not a fix for a bot. */
export const letAgentManageToken = defineManualRemedy({
  id: 'calico/let-agent-manage-token',
  does: 'Switch on the renewal of the token of the CNI plugin.',
  risk: 'medium',
  reversible: true,
  whenNotToUse: [
    'Where another product writes the CNI configuration, as with policy-only installations beside another CNI.',
  ],
  input: z.object({}),
  reads: nodeAgentReads,
  async instruct(sight) {
    const { name, namespace = '' } = (await readNodeAgents(sight)).about;
    return {
      steps: [
        `Remove CALICO_MANAGE_CNI="false" from the container calico-node, in the manifest or chart that DaemonSet ${namespace}/${name} comes from.`,
        `Apply it, and watch the rollout go node by node: kubectl -n ${word(namespace)} rollout status daemonset/${word(name)}`,
        'See that a new pod gets its network on one of the nodes that refused.',
      ],
      effect: 'Every Calico pod restarts, one node at a time; running pods keep their network meanwhile.',
    };
  },
});
