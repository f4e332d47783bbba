import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import { sayDuration, sayTime } from '../../../src/core/duration.ts';
import type { Evidence, Finding } from '../../../src/core/finding.ts';
import { list } from '../../../src/core/read.ts';
import type { ClusterReader } from '../../../src/core/reader.ts';
import { safeText } from '../../../src/core/redact.ts';
import { distributionOf } from '../../facts/kubernetes/distribution.ts';
import { CertificateSigningRequest } from '../../kinds/certificates.ts';
import { Event } from '../../kinds/events.ts';
import { Node } from '../../kinds/kubernetes.ts';
import { lastSeen } from '../../reads/kubernetes/pod-warnings.ts';
import { letKubeletRotate } from '../../remedies/control-plane/let-kubelet-rotate.ts';

const code = 'control-plane/kubelet-certificate-not-rotating';

/** Serving certificates of kubelets are another signer: nobody approves those by itself, and clients do not show them. */
const clientSigner = 'kubernetes.io/kube-apiserver-client-kubelet';

/** RKE2 and K3s say so 120 days ahead, before the releases of May 2025 90 days, and renew at a restart within that time. */
const warning = 'CertificateExpirationWarning';

/** Said at the next look when all is well again, so that an older warning is over. */
const allClear = 'CertificateExpirationOK';

const ofNode = 'system:node:';

const outcomes = { Denied: 'denied', Failed: 'failed' } as const;
type State = 'waiting' | (typeof outcomes)[keyof typeof outcomes];

type Trouble = { readonly node: string; readonly requests: string[]; readonly evidence: Evidence[]; hasEvent: boolean };

/** A kubelet renews its own certificate, which `kubeadm certs check-expiration` does not look at. */
export const kubeletCertificateNotRotating = defineCheck({
  id: code,
  asks: 'Do the nodes get new certificates before the old ones end?',
  appliesTo: () => true,
  reads: [list(CertificateSigningRequest), list(Event), list(Node)],
  findings: {
    [code]: {
      severity: 'warning',
      title: 'Node certificate not renewed',
      leadsTo: ['control-plane/client-certificate-expiring'],
    },
  },
  remedies: [letKubeletRotate],
  settings: z.strictObject({
    /** The controller-manager approves what is in order within seconds. */
    waitingSeconds: z.number().int().min(0).default(600),
  }),
  async look({ cluster, now, settings }) {
    const nodes = await cluster.list(Node);
    const requests = (await cluster.list(CertificateSigningRequest)).filter(
      ({ spec }) => spec.signerName === clientSigner && spec.username.startsWith(ofNode),
    );
    const events = await readWarnings(cluster);
    const troubles = new Map<string, Trouble>();
    const troubleOf = (node: string): Trouble => {
      const own = troubles.get(node) ?? { node, requests: [], evidence: [], hasEvent: false };
      troubles.set(node, own);
      return own;
    };
    for (const [username, own] of Map.groupBy(requests, ({ spec }) => spec.username)) {
      const open = unanswered(own);
      const [first, newest] = [open[0], open.at(-1)];
      const state = newest === undefined ? undefined : stateOf(newest);
      if (first === undefined || newest === undefined || state === undefined) continue;
      const waits = (request: CertificateSigningRequest) =>
        now.getTime() - (request.metadata.creationTimestamp ?? now).getTime();
      if (state === 'waiting' && waits(first) < settings.waitingSeconds * 1000) continue;
      const again =
        open.length === 1
          ? ''
          : ` It is the newest of ${open.length} requests of this kubelet that came to nothing; the first of them is ${sayDuration(waits(first))} old.`;
      const trouble = troubleOf(username.slice(ofNode.length));
      trouble.requests.push(newest.metadata.name);
      trouble.evidence.push({
        from: `CertificateSigningRequest ${newest.metadata.name}`,
        says:
          state === 'waiting'
            ? `It has waited for ${sayDuration(waits(newest))} for somebody to approve it.${again}`
            : `It was ${state === 'denied' ? 'denied' : 'approved, and signing it failed'}.${again}`,
      });
    }
    for (const event of events) {
      const { name } = event.involvedObject;
      // An event outlives its node for an hour.
      if (!nodes.some(({ metadata }) => metadata.name === name)) continue;
      const trouble = troubleOf(name);
      trouble.hasEvent = true;
      trouble.evidence.push({
        from: `Event ${warning} of Node ${name}`,
        says: `The node warned at ${sayTime(lastSeen(event) ?? now, now)} that certificates end.`,
        lines: [safeText(event.message).slice(0, 400)],
      });
    }
    const distribution = distributionOf(nodes);
    const findings = [...troubles.values()].flatMap((trouble): Finding<typeof code>[] => {
      const [first, ...more] = trouble.evidence;
      return first === undefined ? [] : [describe(trouble, [first, ...more], distribution)];
    });
    const measured = [
      { what: 'Nodes', is: String(nodes.length) },
      { what: 'Requests of kubelets for a client certificate', is: String(requests.length) },
      { what: 'Nodes that do not get a new certificate', is: String(findings.length) },
    ];
    return { findings, measured };
  },
});

/** The warnings of nodes that have not said since that all is well. */
async function readWarnings(cluster: ClusterReader): Promise<Event[]> {
  const warnings = await cluster.list(Event, { fields: `reason=${warning}` });
  if (warnings.length === 0) return [];
  const cleared = await cluster.list(Event, { fields: `reason=${allClear}` });
  const timeOf = (event: Event) => lastSeen(event)?.getTime() ?? 0;
  return warnings.filter(
    (event) =>
      !cleared.some(
        (later) => later.involvedObject.name === event.involvedObject.name && timeOf(later) > timeOf(event),
      ),
  );
}

/**
 * What a kubelet asked for since it last got a certificate, oldest first. It asks anew every quarter of an hour, so the
 * newest request alone says nothing of how long it has gone without.
 */
function unanswered(requests: readonly CertificateSigningRequest[]): CertificateSigningRequest[] {
  const sorted = requests.toSorted(
    (left, right) =>
      (left.metadata.creationTimestamp?.getTime() ?? 0) - (right.metadata.creationTimestamp?.getTime() ?? 0),
  );
  return sorted.slice(sorted.findLastIndex((request) => stateOf(request) === undefined) + 1);
}

function stateOf({ status }: CertificateSigningRequest): State | undefined {
  const types = (status.conditions ?? []).map(({ type }) => type);
  if (types.includes('Denied')) return outcomes.Denied;
  if (types.includes('Failed')) return outcomes.Failed;
  return types.includes('Approved') || (status.certificate ?? '') !== '' ? undefined : 'waiting';
}

function describe(
  { node, requests, hasEvent }: Trouble,
  evidence: readonly [Evidence, ...Evidence[]],
  distribution: ReturnType<typeof distributionOf>,
): Finding<typeof code> {
  const asked =
    requests.length === 0
      ? ''
      : `The kubelet of ${node} asked for a new client certificate (${requests.join(', ')}) and did not get it. It goes on with the old one until that ends, and then the node is NotReady.`;
  const warned = hasEvent
    ? `Node ${node} warns that certificates of its ${distribution ?? 'server'} end within months. They are renewed when the service restarts.`
    : '';
  return {
    code,
    severity: requests.length > 0 ? 'warning' : 'info',
    about: { apiVersion: 'v1', kind: 'Node', name: node },
    says: [asked, warned].filter((sentence) => sentence !== '').join(' '),
    confidence:
      requests.length > 0
        ? [0.9, 'The request is there, and nobody signed it; how long the old certificate lasts is not visible.']
        : [0.9, 'The node says so itself.'],
    evidence,
    remedies: [letKubeletRotate.with({ node, requests, hasEvent, distribution: distribution ?? 'other' })],
  };
}
