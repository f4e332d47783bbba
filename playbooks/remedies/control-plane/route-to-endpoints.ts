import { z } from 'zod';
import { list } from '../../../src/core/read.ts';
import { afterRestartOfApiServer, beforeRestartOfApiServer } from '../../facts/calico/restart-warning.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { targetPortNumber } from '../../facts/kubernetes/target-ports.ts';
import { MutatingWebhookConfiguration, ValidatingWebhookConfiguration } from '../../kinds/admission.ts';
import { ApiService } from '../../kinds/apiregistration.ts';
import { Node, Pod } from '../../kinds/kubernetes.ts';
import { Service } from '../../kinds/networking.ts';
import { proxyEnvironmentOfServer } from '../../reads/control-plane/aggregation-cause.ts';
import { endpointReads, readServiceEndpoints } from '../../reads/kubernetes/service-endpoints.ts';
import { defineManualRemedy } from '../manual.ts';
import { setFlag } from './api-server-settings.ts';

/** This goes around a broken Service address, and does not mend it. */
export const routeToEndpoints = defineManualRemedy({
  id: 'control-plane/route-to-endpoints',
  does: 'Let the API servers go to the pods behind a Service themselves, with --enable-aggregator-routing.',
  risk: 'medium',
  reversible: true,
  whenNotToUse: [
    'When kube-proxy is meant to run on the control-plane nodes and is broken there: mend that, since every other Service address stays broken from these nodes.',
    'When pod addresses do not answer the control plane either: the flag goes exactly that way.',
    'While Calico is of a version that loses its watches when an API server restarts (v3.21.0 to v3.22.5, v3.23.0), unless somebody watches new pods afterwards.',
  ],
  reads: [
    list(ApiService),
    list(ValidatingWebhookConfiguration),
    list(MutatingWebhookConfiguration),
    list(Service),
    ...endpointReads,
    list(Pod),
    list(Node),
  ],
  input: z.object({ api: z.string() }),
  async instruct({ cluster, platform }, { api }) {
    const services = await cluster.list(Service);
    const nodes = await cluster.list(Node);
    const servers = (await cluster.list(Pod, { namespace: 'kube-system' })).filter(
      ({ metadata }) => metadata.labels['component'] === 'kube-apiserver',
    );
    const webhooks = [
      ...(await cluster.list(ValidatingWebhookConfiguration)),
      ...(await cluster.list(MutatingWebhookConfiguration)),
    ].flatMap((configuration) => configuration.webhooks ?? []);
    const referred = [
      ...(await cluster.list(ApiService)).flatMap(({ spec }) => spec.service ?? []),
      ...webhooks.flatMap(({ clientConfig }) => clientConfig.service ?? []),
    ];
    const names = [...new Set(referred.map(({ namespace, name }) => `${namespace}/${name}`))].sort();
    const known = names.flatMap((name) => {
      const service = services.find(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}` === name);
      return service === undefined ? [] : [{ name, service }];
    });
    const external = known.filter(({ service }) => service.spec.type === 'ExternalName').map(({ name }) => name);
    const inner = known.filter(({ service }) => service.spec.type !== 'ExternalName');
    const endpointsOf = await readServiceEndpoints(
      cluster,
      inner.map(({ service }) => service),
    );
    const ports = inner.map(({ name, service }) => {
      // A firewall knows numbers only.
      const own = (service.spec.ports ?? []).map((one) =>
        String(targetPortNumber(one, endpointsOf(service).ports) ?? one.targetPort ?? one.port),
      );
      return `${name} (${own.join(', ')})`;
    });
    const proxied = servers.some((pod) => proxyEnvironmentOfServer(pod) !== undefined);
    return {
      steps: [
        ...beforeRestartOfApiServer(platform),
        `What it does: the API servers then go to a ready pod address and target port, not to the address of the Service. That holds for ${api} and for ${names.length === 1 ? 'the one Service' : `all ${names.length} Services`} of aggregated APIs and webhooks: ${listed(names, 12)}.`,
        `What it needs: from every control-plane node to the pods, open on their target ports: ${listed(ports, 12)}.`,
        external.length === 0
          ? 'None of them is an ExternalName Service, which would stop working.'
          : `Stop here, and change these first: ${listed(external)} ${external.length === 1 ? 'is an ExternalName Service, which stops' : 'are ExternalName Services, which stop'} working with the flag.`,
        ...(proxied
          ? ['The API servers have an HTTP proxy in their environment: NO_PROXY must name the pod range as well.']
          : []),
        servers.length === 1
          ? 'There is one API server: the API is away while it restarts.'
          : servers.length === 0
            ? 'The API servers do not run as pods here: find out how many there are, and change one after another.'
            : `There are ${servers.length} API servers: change one after another, so that the others serve meanwhile.`,
        ...setFlag(nodes, 'enable-aggregator-routing', 'true'),
        ...afterRestartOfApiServer(platform),
        'What it does not do: it mends neither kube-proxy nor the path to other Service addresses from these nodes.',
      ],
      effect:
        'Each API server restarts once: its clients connect again, list everything anew, and controllers may change their leader.',
      touches: { nodes: servers.length, pods: servers.length },
    };
  },
});
