import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import { nodeAgent, whenInstalled } from '../../facts/calico/product.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { nodeAgentReads, readNodeAgents } from '../../reads/calico/node-agents.ts';
import { nodesOf, readWaitingSandboxes, sandboxEvidence, sandboxReads } from '../../reads/kubernetes/sandboxes.ts';
import { letAgentManageToken } from '../../remedies/calico/let-agent-manage-token.ts';
import { restartNodeAgents } from '../../remedies/calico/restart-node-agents.ts';

const code = 'calico/cni-unauthorized';

/** The CNI plugin has a token of its own, in a file on the node (calico#5712, #6546, #8379 and #9428). */
export const cniUnauthorized = defineCheck({
  id: code,
  asks: 'Does the API server accept the token of the Calico CNI plugin on every node?',
  appliesTo: whenInstalled,
  reads: [...sandboxReads, ...nodeAgentReads],
  findings: {
    [code]: {
      severity: 'critical',
      title: 'Token of the Calico CNI plugin refused',
      leadsTo: ['workload/network-not-ready'],
    },
  },
  remedies: [restartNodeAgents, letAgentManageToken],
  settings: z.strictObject({}),
  async look(sight) {
    const refused = (await readWaitingSandboxes(sight)).filter(({ error }) => error.kind === 'calico-token');
    const nodes = nodesOf(refused);
    const measured = [
      { what: 'Pods that wait because the token of the CNI plugin is refused', is: String(refused.length) },
    ];
    const [evidence, ...more] = sandboxEvidence(refused, sight.now);
    if (evidence === undefined) return { findings: [], measured };
    const { daemonSet, about, agents } = await readNodeAgents(sight);
    const own = daemonSet?.spec.template.spec.containers.find(({ name }) => name === nodeAgent.container);
    const isUnmanaged = own?.env.some(({ name, value }) => name === 'CALICO_MANAGE_CNI' && value === 'false') === true;
    const waits = refused.length === 1 ? '1 pod waits' : `${refused.length} pods wait`;
    const whose = `on ${nodes.length} of ${agents.length} ${agents.length === 1 ? 'node' : 'nodes'} (${listed(nodes, 6)})`;
    return {
      findings: [
        {
          code,
          about,
          nodes,
          says: `The API server refuses the token that the CNI plugin of Calico uses ${whose}: it is expired or revoked, or its key was changed. ${waits} for a network there, and pods cannot be removed cleanly either; running pods are not touched. ${
            isUnmanaged
              ? 'CALICO_MANAGE_CNI is "false", so nobody renews that token.'
              : 'The Calico pod of the node writes a new one when it starts.'
          }`,
          confidence: isUnmanaged
            ? [0.95, 'The plugin says so itself, and the DaemonSet switches off what would renew the token.']
            : [0.9, 'The plugin says so itself; why the token was not renewed in time is not known.'],
          evidence: [evidence, ...more],
          remedies: [
            ...(isUnmanaged ? [letAgentManageToken.with({})] : []),
            restartNodeAgents.with({ nodes, because: 'token' }),
          ],
        },
      ],
      measured,
    };
  },
});
