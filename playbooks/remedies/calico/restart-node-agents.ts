import { z } from 'zod';
import type { Sight } from '../../../src/core/check.ts';
import { list, path } from '../../../src/core/read.ts';
import { defineRemedy, type Precondition, precondition } from '../../../src/core/remedy.ts';
import { installed, nodeAgent } from '../../facts/calico/product.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { isReady } from '../../facts/kubernetes/pods.ts';
import { Pod } from '../../kinds/kubernetes.ts';
import { LoopSettings, listLoopReads, nodeOf, readListLoops } from '../../reads/calico/list-loops.ts';
import { type NodeAgents, readNodeAgents } from '../../reads/calico/node-agents.ts';
import { readWaitingSandboxes, sandboxReads } from '../../reads/kubernetes/sandboxes.ts';
import {
  apiServerIsReady,
  apiServersAreSteady,
  noOtherRestart,
  noTyphaLoops,
  otherAgentsAreReady,
  stillLoops,
} from './guards.ts';

/** The image is there already; Felix needs 15 to 60 s for its first full picture. */
const readyAgainSeconds = 180;
/** More nodes than this are a second approval: each is a restart that somebody should have watched. */
const mostNodes = 20;

/** A new agent lists everything anew, and writes a new token for the CNI plugin. */
export const restartNodeAgents = defineRemedy({
  id: 'calico/restart-node-agents',
  how: 'change',
  does: 'Delete the Calico pod of each affected node, one node after the other, so that it starts with a fresh picture of the cluster.',
  risk: 'medium',
  reversible: false,
  whenNotToUse: [
    'While an API server comes and goes: the new pod would come up with nothing, or in the same loop.',
    'Never use `kubectl rollout restart` instead: it goes on to the next node whether the last one got well or not.',
    'Do not cordon, drain or reset the nodes for this, and do not recreate the pods: they get their network where they are.',
  ],
  mitigation:
    'Plan the upgrade of Calico to a version whose watches do not get stuck; the article of the finding names it.',
  input: z.object({ nodes: z.array(z.string()), because: z.enum(['loop', 'token']) }),
  reads: [...listLoopReads, ...sandboxReads, list(Pod), path('/readyz')],
  changes: [{ change: 'delete-pod', kind: Pod, in: { product: 'calico' } }],
  proof: { withinSeconds: 300, holdSeconds: 180 },
  async plan(sight, { nodes, because }) {
    const { cluster, platform, now } = sight;
    const { namespace } = installed(platform);
    const found = await readNodeAgents(sight);
    const agents = nodes.flatMap((node) => found.agents.find((pod) => nodeOf({ pod }) === node) ?? []);
    const chosen = agents.slice(0, mostNodes);
    const reason =
      because === 'loop'
        ? await confirmLoops(sight, agents)
        : [await confirmToken(sight, nodes), tokenIsManaged(found)];
    const ready = Math.max(1, found.agents.filter(isReady).length);
    return {
      preconditions: [
        ...reason,
        otherAgentsAreReady(found, nodes),
        noOtherRestart(found, now),
        apiServerIsReady(await cluster.get('/readyz')),
        apiServersAreSteady(found.pods, now),
        ...(agents.length > mostNodes ? [onlyTheFirst(agents.length)] : []),
      ],
      steps: chosen.map((pod) => ({
        does: `Delete ${namespace}/${pod.metadata.name} on node ${nodeOf({ pod })}, and wait until its successor is ready.`,
        change: { change: 'delete-pod', namespace, name: pod.metadata.name, uid: pod.metadata.uid },
        settled: {
          until: 'pods-ready',
          namespace,
          labels: found.labels,
          atLeast: ready,
          withinSeconds: readyAgainSeconds,
        },
      })),
      effect:
        'On one node at a time, Calico is away for 15 to 60 s. Routes and rules stay in the kernel, so running pods keep their network; the node reports NetworkUnavailable (CalicoIsDown) until the new pod is up, and new pods wait for it. BGP peers keep its routes for 120 s (graceful restart). One report of brief losses exists for v3.27 (#9478).',
      touches: { nodes: chosen.length, pods: chosen.length },
    };
  },
});

async function confirmLoops(sight: Omit<Sight, 'settings'>, agents: readonly Pod[]): Promise<Precondition[]> {
  const loops = await readListLoops(sight, LoopSettings.parse({}));
  const names = agents.map(({ metadata }) => metadata.name);
  return [stillLoops(loops.listeners, names, 'node agents'), noTyphaLoops(loops.typhaListeners)];
}

async function confirmToken(sight: Omit<Sight, 'settings'>, nodes: readonly string[]): Promise<Precondition> {
  const waiting = (await readWaitingSandboxes(sight)).filter(({ error }) => error.kind === 'calico-token');
  const still = nodes.filter((node) => waiting.some(({ pod }) => pod.spec.nodeName === node));
  return precondition(
    'Does a pod on each of these nodes still wait because the token of the CNI plugin is refused?',
    nodes.length > 0 && still.length === nodes.length,
    `${waiting.length} ${waiting.length === 1 ? 'pod waits' : 'pods wait'} for that reason, on ${still.length === 0 ? 'none of these nodes' : listed(still)}.`,
  );
}

/** With this off, nobody writes the file that the new token belongs into, and a restart changes nothing. */
function tokenIsManaged({ daemonSet }: NodeAgents): Precondition {
  const own = daemonSet?.spec.template.spec.containers.find(({ name }) => name === nodeAgent.container);
  const set = own?.env.find(({ name }) => name === 'CALICO_MANAGE_CNI')?.value;
  return precondition(
    'Does the node agent keep the token of the CNI plugin up to date?',
    set !== 'false',
    set === 'false' ? 'CALICO_MANAGE_CNI is "false" in the DaemonSet.' : 'CALICO_MANAGE_CNI is not switched off.',
  );
}

function onlyTheFirst(all: number): Precondition {
  return {
    asks: 'Is it known that this does not reach every node?',
    holds: 'confirm',
    because: `Only the first ${mostNodes} of ${all} nodes are restarted, so the check still finds the others afterwards. Ask again for them.`,
  };
}
