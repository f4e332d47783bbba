import { defineCheck } from '../../../src/core/check.ts';
import type { Evidence, Finding } from '../../../src/core/finding.ts';
import { referenceTo } from '../../../src/core/reference.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { targetPortNumber } from '../../facts/kubernetes/target-ports.ts';
import { inUrl } from '../../facts/network/address.ts';
import { AggregationSettings, aggregatedReads, readAggregation } from '../../reads/control-plane/aggregated-apis.ts';
import { explainedBy, routesToEndpoints } from '../../reads/control-plane/aggregation-cause.ts';
import {
  aggregationMeasured,
  conditionEvidence,
  failureMeasured,
  pathEvidence,
  reportEvidence,
} from '../../reads/control-plane/aggregation-evidence.ts';
import { type HostProxy, hostProxyReads, readHostProxies } from '../../reads/control-plane/host-proxies.ts';
import { mendHostPath } from '../../remedies/control-plane/mend-host-path.ts';
import { restartKubeProxy } from '../../remedies/control-plane/restart-kube-proxy.ts';
import { routeToEndpoints } from '../../remedies/control-plane/route-to-endpoints.ts';

const code = 'control-plane/cluster-ip-path-broken';

const stateMeans: Readonly<Record<HostProxy['state'], string>> = {
  works: 'it runs and reports nothing: look at the packets behind its rules, such as the checksum of VXLAN',
  absent: 'none runs, although other nodes have one',
  'not-visible': 'it does not run as a pod, so nothing of it can be seen',
  'not-ready': 'it is not ready',
  fails: 'it does not keep its rules up to date',
};

/** The pod answers the API server, and the address of its Service does not. */
export const clusterIpPathBroken = defineCheck({
  id: code,
  asks: 'Do the control-plane nodes reach aggregated APIs by the addresses of their Services?',
  appliesTo: () => true,
  reads: [...aggregatedReads, ...hostProxyReads],
  findings: {
    [code]: {
      severity: 'critical',
      title: 'Service addresses broken on the control plane',
      leadsTo: ['control-plane/apiservice-unavailable'],
    },
  },
  remedies: [restartKubeProxy, mendHostPath, routeToEndpoints],
  settings: AggregationSettings,
  async look({ cluster, now, settings }) {
    const aggregation = await readAggregation({ cluster, now }, settings);
    const measured = [...aggregationMeasured(aggregation), ...failureMeasured(aggregation)];
    const explained = explainedBy('cluster-ip-path-broken', aggregation);
    if (explained.length === 0) return { findings: [], measured };
    const proxies = await readHostProxies(cluster);
    const bad = proxies.filter(({ state }) => state !== 'works' && state !== 'not-visible');
    const isRouting = aggregation.servers.some(routesToEndpoints);
    const findings = explained.map((one): Finding<typeof code> => {
      const { api, target, service, host = '', confidence, endpoints } = one;
      const states = [...new Set(proxies.map(({ state }) => state))];
      const where = states.map(
        (state) =>
          `on ${listed(proxies.filter((proxy) => proxy.state === state).map(({ node }) => node))} ${stateMeans[state]}`,
      );
      const servicePort = service?.spec.ports?.find(({ port }) => port === target.port);
      const targetPort = targetPortNumber(servicePort ?? { name: '', port: target.port }, endpoints.ports);
      const restartable = bad.filter(({ pod, state }) => pod !== undefined && state !== 'absent');
      return {
        code,
        about: service === undefined ? referenceTo(api) : referenceTo(service),
        concerns: { APIService: [api.metadata.name] },
        ...(proxies.length === 0 ? {} : { nodes: proxies.map(({ node }) => node) }),
        says: `From the control plane the pod behind ${target.namespace}/${target.name} answers, and the address of the Service, ${host}, does not: the fault lies in how these nodes turn Service addresses into pod addresses.${where.length === 0 ? '' : ` As for kube-proxy, ${where.join('; ')}.`} Other Services are likely broken from there, too, webhooks among them.`,
        confidence,
        evidence: [
          conditionEvidence(one, now),
          pathEvidence(one),
          ...bad.slice(0, 3).map(proxyEvidence),
          ...reportEvidence(one),
        ],
        remedies: [
          ...(restartable.length > 0 ? [restartKubeProxy.with({ nodes: restartable.map(({ node }) => node) })] : []),
          mendHostPath.with({
            address: host,
            port: target.port,
            nodes: proxies.map(({ node }) => node),
            pods:
              targetPort === undefined
                ? []
                : endpoints.ready.slice(0, 2).map(({ address }) => `${inUrl(address)}:${targetPort}`),
          }),
          ...(isRouting ? [] : [routeToEndpoints.with({ api: api.metadata.name })]),
        ],
      };
    });
    return { findings, measured };
  },
});

function proxyEvidence({ node, from, state, lines, outOf }: HostProxy): Evidence {
  return {
    from,
    says: `As for kube-proxy on node ${node}, ${stateMeans[state]}.`,
    ...(lines.length === 0
      ? {}
      : {
          lines: lines.slice(-4).map(({ at, text }) => (at === undefined ? text : `${at.toISOString()} ${text}`)),
          outOf,
        }),
  };
}
