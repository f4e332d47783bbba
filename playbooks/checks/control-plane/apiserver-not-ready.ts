import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import { sayTime } from '../../../src/core/duration.ts';
import type { Evidence, Finding } from '../../../src/core/finding.ts';
import { list, path } from '../../../src/core/read.ts';
import type { PathAnswer } from '../../../src/core/reader.ts';
import { nameOf, referenceTo } from '../../../src/core/reference.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { isReady } from '../../facts/kubernetes/pods.ts';
import { Pod } from '../../kinds/kubernetes.ts';
import { apiServerObject, apiServerReads, findApiServer } from '../../reads/kubernetes/api-server.ts';
import { mendApiServer } from '../../remedies/control-plane/mend-api-server.ts';

const code = 'control-plane/apiserver-not-ready';

type Seen = {
  readonly readyz: PathAnswer;
  readonly failed: readonly string[];
  readonly pods: readonly Pod[];
  readonly down: readonly Pod[];
  readonly addresses: number;
  readonly now: Date;
};

/** The API server that answers is one of several; static pods tell of the others. */
export const apiserverNotReady = defineCheck({
  id: code,
  asks: 'Is every API server ready?',
  appliesTo: () => true,
  reads: [path('/readyz'), list(Pod), ...apiServerReads],
  findings: {
    [code]: {
      severity: 'critical',
      title: 'API server not ready',
      leadsTo: ['kube-ovn/apiserver-timeouts', 'workload/apiserver-unreachable'],
    },
  },
  remedies: [mendApiServer],
  settings: z.strictObject({
    /** An API server that starts says for so long that it is not ready. */
    startSeconds: z.number().int().min(0).default(60),
  }),
  async look({ cluster, now, settings }) {
    const readyz = await cluster.get('/readyz');
    const pods = await cluster.list(Pod, { namespace: 'kube-system', labels: 'component=kube-apiserver' });
    const hostAddresses = (await findApiServer(cluster))?.hostAddresses ?? [];
    const down = pods.filter(
      (pod) => !isReady(pod) && now.getTime() - notReadySince(pod) >= settings.startSeconds * 1000,
    );
    const failed = readyz.status === 200 ? [] : failedChecks(readyz.body);
    const measured = [
      {
        what: 'API server, /readyz',
        is: failed.length === 0 ? String(readyz.status) : `${readyz.status}: ${listed(failed)}`,
      },
      {
        what: 'API server pods ready',
        is:
          pods.length === 0
            ? 'not visible: they do not run as pods here'
            : `${pods.filter(isReady).length} of ${pods.length}`,
      },
      { what: 'Addresses of API servers', is: String(hostAddresses.length) },
    ];
    if (readyz.status === 200 && down.length === 0) return { findings: [], measured };
    return { findings: [describe({ readyz, failed, pods, down, addresses: hostAddresses.length, now })], measured };
  },
});

function notReadySince({ status, metadata }: Pod): number {
  const ready = status.conditions.find(({ type }) => type === 'Ready');
  return (ready?.lastTransitionTime ?? metadata.creationTimestamp)?.getTime() ?? 0;
}

/** `etcd` of `[-]etcd failed: reason withheld`. */
function failedChecks(body: string): string[] {
  return [...body.matchAll(/^\[-\](\S+) failed/gm)].map(([, name = '']) => name);
}

function describe({ readyz, failed, pods, down, addresses, now }: Seen): Finding<typeof code> {
  const isDown = readyz.status !== 200;
  const names = down.map(({ metadata }) => metadata.name);
  const sentences = [
    ...(isDown
      ? [
          `The API server that was asked says that it is not ready (${readyz.status})${failed.length === 0 ? '' : `: ${listed(failed)} ${failed.length === 1 ? 'fails' : 'fail'}`}.`,
        ]
      : []),
    ...(down.length > 0
      ? [
          `Of ${pods.length} API servers ${down.length} ${down.length === 1 ? 'is' : 'are'} not ready: ${listed(names)}. Requests that go there wait or fail until it is taken out of the Service.`,
        ]
      : []),
  ];
  const evidence: Evidence[] = [
    ...(isDown
      ? [
          {
            from: 'API server, /readyz',
            says: `It answers ${readyz.status}${failed.length === 0 ? '' : `, and names ${listed(failed)}`}.`,
          },
        ]
      : []),
    ...down.map((pod) => ({
      from: nameOf(referenceTo(pod)),
      says: `It has not been ready since ${sayTime(new Date(notReadySince(pod)), now)}.`,
    })),
  ];
  const [first = { from: 'API server, /readyz', says: `It answers ${readyz.status}.` }, ...more] = evidence;
  return {
    code,
    severity: isDown || down.length === pods.length ? 'critical' : 'warning',
    about: apiServerObject,
    says: sentences.join(' '),
    confidence: isDown
      ? [0.95, 'It says so itself.']
      : [
          0.9,
          `The kubelet says so; the Service still names ${addresses} ${addresses === 1 ? 'address' : 'addresses'}.`,
        ],
    evidence: [first, ...more],
    remedies: [mendApiServer.with({ failed: [...failed], pods: names })],
  };
}
