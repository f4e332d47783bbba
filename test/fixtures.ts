import { type Proposal, proposalDigest } from '../src/core/proposal.ts';

/** A proposal to delete the leading controller pod, as the playbook `subnet` makes it. */
export function aProposal(fields: Partial<Proposal> = {}): Proposal {
  const proposal: Proposal = {
    id: 'p1',
    run: 'r1',
    cluster: 'prod-sh',
    environment: 'production',
    playbook: { id: 'subnet', version: 1 },
    target: {},
    check: 'kube-ovn/subnet-not-ready',
    code: 'kube-ovn/subnet-not-ready',
    about: { apiVersion: 'kubeovn.io/v1', kind: 'Subnet', name: 'ovn-default' },
    says: 'The subnet ovn-default has not been ready for 8 min.',
    remedy: {
      id: 'kube-ovn/leader-hand-over',
      how: 'change',
      does: 'Delete the leading controller pod.',
      risk: 'medium',
      reversible: false,
      manual: false,
      allowed: true,
      effect: 'Existing traffic is not touched.',
      whenNotToUse: [],
      preconditions: [],
      steps: [
        {
          does: 'Delete the pod kube-system/kube-ovn-controller-0.',
          change: { change: 'delete-pod', namespace: 'kube-system', name: 'kube-ovn-controller-0', uid: 'uid-1' },
        },
      ],
      touches: { nodes: 1, pods: 1 },
    },
    dryRuns: [
      { change: 'delete Pod kube-system/kube-ovn-controller-0', diff: ['- Pod kube-system/kube-ovn-controller-0'] },
    ],
    digest: '',
    requestedBy: 'U1',
    offeredAt: '2026-01-05T10:00:00.000Z',
    expiresAt: '2026-01-05T10:30:00.000Z',
    ...fields,
  };
  return { ...proposal, digest: fields.digest ?? proposalDigest(proposal) };
}
