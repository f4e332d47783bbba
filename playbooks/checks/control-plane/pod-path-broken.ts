import { defineCheck } from '../../../src/core/check.ts';
import type { Finding } from '../../../src/core/finding.ts';
import { list } from '../../../src/core/read.ts';
import { referenceTo } from '../../../src/core/reference.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { ingressPoliciesOf, letsIn } from '../../facts/kubernetes/ingress-policies.ts';
import { internalAddresses, isControlPlane } from '../../facts/kubernetes/nodes.ts';
import { workloadOf } from '../../facts/kubernetes/pods.ts';
import { familyOf } from '../../facts/network/cidr.ts';
import { Node } from '../../kinds/kubernetes.ts';
import { NetworkPolicy } from '../../kinds/network-policy.ts';
import { AggregationSettings, aggregatedReads, readAggregation } from '../../reads/control-plane/aggregated-apis.ts';
import { explainedBy, isPodAddress } from '../../reads/control-plane/aggregation-cause.ts';
import {
  aggregationMeasured,
  conditionEvidence,
  failureMeasured,
  pathEvidence,
  reportEvidence,
} from '../../reads/control-plane/aggregation-evidence.ts';
import { podPortOf } from '../../reads/kubernetes/service-endpoints.ts';
import { openPathToPods } from '../../remedies/control-plane/open-path-to-pods.ts';

const code = 'control-plane/pod-path-broken';

/** Neither the Service's address nor the pod's own leads from the control plane to the pod. */
export const podPathBroken = defineCheck({
  id: code,
  asks: 'Do the control-plane nodes reach the pods behind aggregated APIs?',
  appliesTo: () => true,
  reads: [...aggregatedReads, list(Node), list(NetworkPolicy)],
  findings: {
    [code]: {
      severity: 'critical',
      title: 'Control plane cannot reach pods',
      leadsTo: ['control-plane/apiservice-unavailable'],
    },
  },
  remedies: [openPathToPods],
  settings: AggregationSettings,
  async look({ cluster, now, settings }) {
    const aggregation = await readAggregation({ cluster, now }, settings);
    const measured = [...aggregationMeasured(aggregation), ...failureMeasured(aggregation)];
    const explained = explainedBy('pod-path-broken', aggregation);
    if (explained.length === 0) return { findings: [], measured };
    const sources = (await cluster.list(Node)).filter(isControlPlane).flatMap(internalAddresses);
    const policies = await cluster.list(NetworkPolicy);
    const findings = explained.map((one): Finding<typeof code> => {
      const { api, target, service, backends, endpoints, confidence } = one;
      const [pod] = backends;
      const selecting = pod === undefined ? [] : ingressPoliciesOf(pod, policies);
      const denying = selecting.length > 0 && !letsIn(selecting, sources) ? selecting : [];
      const names = denying.map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`);
      const nodes = [...new Set(backends.flatMap(({ spec }) => spec.nodeName ?? []))];
      const port = podPortOf(service, target.port, endpoints);
      const isAskedItself = isPodAddress(one);
      const way = isAskedItself
        ? 'it asks the pod by its own address already, and gets no answer'
        : 'neither by the address of the Service nor by its own';
      return {
        code,
        about: pod === undefined ? referenceTo(service ?? api) : workloadOf(pod),
        concerns: { APIService: [api.metadata.name] },
        ...(nodes.length === 0 ? {} : { nodes }),
        says: `The control plane does not reach the pod behind ${target.namespace}/${target.name}${nodes.length === 0 ? '' : `, which runs on ${listed(nodes)}`}: ${way}. ${denying.length > 0 ? `The NetworkPolicy ${listed(names)} lets no address of a control-plane node in.` : 'No NetworkPolicy forbids it: look at the network of that node, and at the firewall between control plane and workers.'}${isAskedItself ? '' : ' The flag --enable-aggregator-routing would not help.'}`,
        confidence: denying.length > 0 ? [0.95, 'A policy says so, and nothing comes through.'] : confidence,
        evidence: [
          conditionEvidence(one, now),
          pathEvidence(one),
          ...denying.slice(0, 3).map((policy) => ({
            from: `NetworkPolicy ${policy.metadata.namespace ?? ''}/${policy.metadata.name}, spec.ingress`,
            says: `It selects the pod, and names none of ${listed(sources)}.`,
          })),
          ...reportEvidence(one),
        ],
        remedies: [
          openPathToPods.with({
            namespace: target.namespace,
            service: target.name,
            labels: service?.spec.selector ?? {},
            port: String(port),
            sources: sources.map((address) => `${address}/${familyOf(address) === 6 ? 128 : 32}`),
            policies: names,
            nodes,
          }),
        ],
      };
    });
    return { findings, measured };
  },
});
