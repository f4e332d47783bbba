import { z } from 'zod';
import { list } from '../../../src/core/read.ts';
import { defineRemedy, precondition } from '../../../src/core/remedy.ts';
import { backendTroubleMeans } from '../../facts/control-plane/backend-lines.ts';
import { metricsNamespace } from '../../facts/control-plane/metrics-server.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { isNodeReady } from '../../facts/kubernetes/nodes.ts';
import { isReady } from '../../facts/kubernetes/pods.ts';
import { restartMark, restartPatch } from '../../facts/kubernetes/restart-mark.ts';
import { Deployment, Node, Pod } from '../../kinds/kubernetes.ts';
import { backendLogReads, readBackendWords } from '../../reads/control-plane/backend-logs.ts';

/** What a new pod of the same template would wait for as well. */
const notStarted = ['ImagePullBackOff', 'ErrImagePull', 'CreateContainerConfigError', 'InvalidImageName'];

export const restartAggregatedBackend = defineRemedy({
  id: 'control-plane/restart-aggregated-backend',
  how: 'change',
  does: 'Restart the Deployment behind the aggregated API, as kubectl rollout restart does.',
  risk: 'low',
  reversible: false,
  whenNotToUse: [
    'When its pods are ready and answer: then the fault lies between it and the API server.',
    'When it does not accept the certificates of kubelets, or does not reach them: the next pod fails the same way.',
    'When new pods of its node have no network: put that right first.',
  ],
  input: z.object({ deployment: z.string(), pods: z.array(z.string()) }),
  reads: [list(Deployment), list(Pod), list(Node), ...backendLogReads],
  changes: [{ change: 'patch-object', kind: Deployment, in: { namespace: metricsNamespace } }],
  proof: { withinSeconds: 180, holdSeconds: 120 },
  async plan({ cluster }, { deployment: name, pods: names }) {
    const deployment = await cluster.need(Deployment, { namespace: metricsNamespace, name });
    const pods = (await cluster.list(Pod, { namespace: metricsNamespace })).filter(({ metadata }) =>
      names.includes(metadata.name),
    );
    const lost = (await cluster.list(Node)).filter(
      (node) => !isNodeReady(node) && pods.some(({ spec }) => spec.nodeName === node.metadata.name),
    );
    const unready = pods.filter((pod) => !isReady(pod));
    const waiting = pods.flatMap(({ spec, status }) => [
      ...(spec.nodeName === undefined ? ['no node takes it'] : []),
      ...status.containerStatuses
        .map(({ state }) => state.waiting?.reason ?? '')
        .filter((one) => notStarted.includes(one)),
    ]);
    const words = await readBackendWords(cluster, pods);
    const { replicas, paused, template } = deployment.spec;
    const labels = Object.entries(template.metadata.labels).map(([key, value]) => `${key}=${value}`);
    return {
      preconditions: [
        precondition(
          'Is a pod of it not ready, and so nothing lost by a restart?',
          unready.length > 0,
          `${unready.length} of ${pods.length} ${pods.length === 1 ? 'pod is' : 'pods are'} not ready.`,
        ),
        precondition(
          'Would a new pod start?',
          waiting.length === 0 && replicas > 0 && !paused,
          replicas === 0
            ? 'The Deployment is scaled to 0.'
            : paused
              ? 'The rollout of the Deployment is paused.'
              : waiting.length === 0
                ? 'Image and node are there.'
                : `A new pod would wait for the same: ${listed([...new Set(waiting)])}.`,
        ),
        precondition(
          'Is the trouble its own, and not what it meets?',
          words.length === 0,
          words.length === 0
            ? 'Its log of the last 15 minutes names no trouble with kubelets or with its client.'
            : `Its log says that ${backendTroubleMeans[words[0]?.trouble ?? 'kubelet-unreachable']}.`,
        ),
        precondition(
          'Are the nodes of its pods ready?',
          lost.length === 0,
          lost.length === 0 ? 'They are.' : `${listed(lost.map(({ metadata }) => metadata.name))} is not.`,
        ),
      ],
      steps: [
        {
          does: `Set the annotation ${restartMark} in the pod template of Deployment ${metricsNamespace}/${name}.`,
          change: {
            change: 'patch-object',
            apiVersion: deployment.apiVersion,
            kind: 'Deployment',
            plural: 'deployments',
            namespace: metricsNamespace,
            name,
            uid: deployment.metadata.uid,
            resourceVersion: deployment.metadata.resourceVersion,
            patch: restartPatch(deployment.metadata.resourceVersion),
          },
          settled: {
            until: 'pods-ready',
            namespace: metricsNamespace,
            labels: labels.join(','),
            atLeast: Math.max(1, replicas),
            withinSeconds: 120,
          },
        },
      ],
      effect: 'It takes 30 to 90 s. kubectl top and autoscalers that need it are without it already.',
      touches: { nodes: new Set(pods.flatMap(({ spec }) => spec.nodeName ?? [])).size, pods: pods.length },
    };
  },
});
