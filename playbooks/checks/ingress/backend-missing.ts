import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import type { Finding } from '../../../src/core/finding.ts';
import { nearest } from '../../../src/core/nearest.ts';
import { list } from '../../../src/core/read.ts';
import { nameOf, referenceTo } from '../../../src/core/reference.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { Service } from '../../kinds/networking.ts';
import { hostsOf, type Route, readRoutes, routeReads } from '../../reads/ingress/routes.ts';
import { correctBackend } from '../../remedies/ingress/correct-backend.ts';

const code = 'ingress/backend-missing';

/** A controller's log is full of such backends, and they are blamed for faults of hosts that they have no part in. */
export const backendMissing = defineCheck({
  id: code,
  asks: 'Does every Service that an Ingress names exist, with the port that it names?',
  appliesTo: () => true,
  reads: [...routeReads, list(Service)],
  findings: {
    [code]: { severity: 'warning', title: 'Ingress names a Service that does not exist' },
  },
  remedies: [correctBackend],
  settings: z.strictObject({}),
  async look(sight) {
    const routes = await readRoutes(sight);
    const services = routes.length === 0 ? [] : await sight.cluster.list(Service);
    const wanted = Map.groupBy(
      routes,
      ({ ingress, backend }) =>
        `${ingress.metadata.namespace ?? ''}/${ingress.metadata.name}/${backend.service}/${backend.port ?? ''}`,
    );
    const findings = [...wanted.values()].flatMap((own) => missing(own, services));
    const measured = [
      { what: 'Backends of Ingresses that exist', is: `${wanted.size - findings.length} of ${wanted.size}` },
    ];
    return { findings, measured };
  },
});

function missing(routes: readonly Route[], services: readonly Service[]): Finding<typeof code>[] {
  const [route] = routes;
  if (route === undefined) return [];
  const { ingress, backend } = route;
  const { namespace = '' } = ingress.metadata;
  const siblings = services.filter(({ metadata }) => metadata.namespace === namespace);
  const service = siblings.find(({ metadata }) => metadata.name === backend.service);
  if (service !== undefined && hasPort(service, backend.port)) return [];
  const paths = listed([...new Set(routes.map(({ backend: { path } }) => path))], 4);
  const names = siblings.map(({ metadata }) => metadata.name);
  const meant = service === undefined ? nearest(backend.service, names) : undefined;
  const ports = (service?.spec.ports ?? []).map(({ name, port }) => (name === '' ? `${port}` : `${port} (${name})`));
  const what =
    service === undefined
      ? `Service ${namespace}/${backend.service}, which does not exist`
      : `port ${backend.port ?? ''} of Service ${namespace}/${backend.service}, which has only ${ports.length === 0 ? 'none' : listed(ports)}`;
  return [
    {
      code,
      about: referenceTo(ingress),
      says: `${nameOf(referenceTo(ingress))} sends ${hostsOf(routes)} ${paths} to ${what}. Only these paths fail, with 503. An ingress controller repeats this in its log all the time (for Kong: "no kubernetes service found"); such lines explain no fault of another host.`,
      confidence: [0.95, 'The Ingress and the Services of its namespace were read; nothing is inferred.'],
      evidence: [
        {
          from: `${nameOf(referenceTo(ingress))}, spec.rules`,
          says: `It names Service ${backend.service}${backend.port === undefined ? '' : `, port ${backend.port}`}.`,
        },
        {
          from: `Services of namespace ${namespace}`,
          says:
            service === undefined
              ? tellNames(names.length, backend.service, meant)
              : `${backend.service} has ${ports.length === 0 ? 'no port' : `the ports ${listed(ports)}`}.`,
        },
      ],
      remedies: [
        correctBackend.with({
          namespace,
          ingress: ingress.metadata.name,
          service: backend.service,
          port: service === undefined ? '' : String(backend.port ?? ''),
          meant: meant ?? '',
        }),
      ],
    },
  ];
}

function hasPort({ spec }: Service, wanted: number | string | undefined): boolean {
  // A Service that stands for a name outside the cluster needs no ports.
  if (wanted === undefined || spec.type === 'ExternalName') return true;
  return (spec.ports ?? []).some(({ name, port }) => port === wanted || name === wanted);
}

function tellNames(number: number, service: string, meant: string | undefined): string {
  if (number === 0) return 'There is none.';
  const near = meant === undefined ? '' : `; ${meant} is close`;
  return number === 1
    ? `There is 1, and it is not ${service}${near}.`
    : `There are ${number}, and ${service} is none of them${near}.`;
}
