import { apiTime, keyOfObject } from '../../../src/adapters/simulated/store.ts';
import type { World, WorldObject } from '../../../src/core/world.ts';

type Fields = Readonly<Record<string, unknown>>;

const day = 24 * 60 * 60 * 1000;

/**
 * A world writes down what its check reads, as an excerpt; an API server takes whole objects. This adds what it
 * requires: images, selectors, access modes, uids of owners that are not in the world, a time of creation long ago.
 * It also adds what no cluster is without: the nodes that pods are on, and the server's own objects. What the world
 * says itself is never changed, and what is added is added for the simulated cluster too.
 */
export function completeWorld(world: World, own: readonly WorldObject[] = []): World {
  const created = apiTime(new Date(world.now.getTime() - 30 * day));
  const whole = world.objects.map((object) => complete(object, created));
  const present = new Set(whole.map(keyOfObject));
  const added = [...nodesOf(whole).map((name) => node(name, created)), ...own];
  const after = world.after.map((entry) => ({
    ...entry,
    objects: entry.objects.map((object) => complete(object, undefined)),
  }));
  return { ...world, objects: [...whole, ...added.filter((object) => !present.has(keyOfObject(object)))], after };
}

function nodesOf(objects: readonly WorldObject[]): string[] {
  const names = objects.flatMap(({ kind, spec }) => {
    const { nodeName } = fields(spec);
    return kind === 'Pod' && typeof nodeName === 'string' ? [nodeName] : [];
  });
  return [...new Set(names)];
}

function node(name: string, creationTimestamp: string): WorldObject {
  const since = { lastHeartbeatTime: creationTimestamp, lastTransitionTime: creationTimestamp };
  const conditions = [{ type: 'Ready', status: 'True', reason: 'KubeletReady', ...since }];
  const metadata = { name, creationTimestamp };
  return complete({ apiVersion: 'v1', kind: 'Node', metadata, status: { conditions } }, undefined);
}

function complete(object: WorldObject, created: string | undefined): WorldObject {
  const creation = created === undefined ? {} : { creationTimestamp: created };
  const whole = { ...object, metadata: { ...creation, ...withOwners(object.metadata) } };
  const spec = fields(object['spec']);
  switch (object.kind) {
    case 'Node': {
      // A log is asked of the node's kubelet, which has to have an address.
      const addresses = [{ type: 'Hostname', address: object.metadata.name }];
      return { ...whole, status: { addresses, ...fields(object['status']) } };
    }
    case 'Pod':
      return { ...whole, spec: podSpec(spec) };
    case 'Deployment':
    case 'ReplicaSet':
    case 'StatefulSet':
    case 'DaemonSet':
      return { ...whole, spec: workloadSpec(spec, object.metadata.name), ...withReplicas(object['status']) };
    case 'PersistentVolumeClaim':
      return { ...whole, spec: claimSpec(spec) };
    case 'PodDisruptionBudget':
      // The server evicts nothing on a budget whose controller has not seen its newest version.
      return { ...whole, status: { observedGeneration: 1, ...fields(object['status']) } };
    case 'CertificateSigningRequest':
      return { ...whole, spec: { request: certificateRequest, ...spec } };
    case 'APIService':
      return { ...whole, spec: { groupPriorityMinimum: 100, versionPriority: 100, ...spec } };
    case 'EndpointSlice':
      return { ...whole, addressType: object['addressType'] ?? addressTypeOf(object['endpoints']) };
    default:
      return whole;
  }
}

/** A request of a node for a certificate, signed with a key that nobody has any more. */
const certificateRequest = [
  'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIeE1JR1lBZ0VBTURZeEZUQVRCZ05WQkFvTURITjVjM1JsYlRw',
  'dWIyUmxjekVkTUJzR0ExVUVBd3dVYzNsegpkR1Z0T201dlpHVTZiR1ZtZEMxdmRYUXdXVEFUQmdjcWhrak9QUUlCQmdncWhrak9Q',
  'UU1CQndOQ0FBU2J3cVI4Cm95eU0rVll5OHV4bThyVVgzVUVzMENOVVpaeWk3Y0QrT2MvUldxU3JmSUt3UWY2RUN0eDFUbzhwR3F4',
  'RjMrdE8KZk00TmdSOE5OOTlaU3MxUG9BQXdDZ1lJS29aSXpqMEVBd0lEU0FBd1JRSWdXY1FVOUVRNnM5aFEvdmg4VHJzOQp5SnBQ',
  'TStsMm4wQU9zZnhrNWxaSnI4TUNJUURldm9ZOEU3U2Fwai9UT2ZLZW1PZnFGSGVtbnZtYWtxaWQyU1ZQCjZ1VjVOUT09Ci0tLS0t',
  'RU5EIENFUlRJRklDQVRFIFJFUVVFU1QtLS0tLQo=',
].join('');

function withOwners(metadata: WorldObject['metadata']): WorldObject['metadata'] {
  const owners = metadata['ownerReferences'];
  if (!Array.isArray(owners)) return metadata;
  const complete = owners.map((owner: unknown) => {
    const { uid, ...rest } = fields(owner);
    return { ...rest, uid: uid ?? `left-out-${String(rest['name'])}` };
  });
  return { ...metadata, ownerReferences: complete };
}

function podSpec(spec: Fields): Fields {
  const containers = (written: unknown): Fields[] =>
    (Array.isArray(written) ? written : []).map((container) => ({ image: 'left-out', ...fields(container) }));
  const named = containers(spec['containers']);
  return {
    ...spec,
    containers: named.length > 0 ? named : [{ name: 'left-out', image: 'left-out' }],
    ...(spec['initContainers'] === undefined ? {} : { initContainers: containers(spec['initContainers']) }),
  };
}

function workloadSpec(spec: Fields, name: string): Fields {
  const template = fields(spec['template']);
  const metadata = fields(template['metadata']);
  const selector = fields(spec['selector'])['matchLabels'];
  const labels = metadata['labels'] ?? selector ?? { 'left-out': name };
  const claims = spec['volumeClaimTemplates'];
  return {
    ...spec,
    selector: spec['selector'] ?? { matchLabels: labels },
    template: { ...template, metadata: { ...metadata, labels }, spec: podSpec(fields(template['spec'])) },
    ...(Array.isArray(claims) ? { volumeClaimTemplates: claims.map((claim) => claimTemplate(fields(claim))) } : {}),
  };
}

/** A status may not count more ready replicas than replicas. */
function withReplicas(status: unknown): Fields {
  const { readyReplicas, availableReplicas, replicas } = fields(status);
  if (replicas !== undefined || status === undefined) return {};
  return { status: { ...fields(status), replicas: readyReplicas ?? availableReplicas ?? 0 } };
}

function claimTemplate(claim: Fields): Fields {
  return { ...claim, spec: claimSpec(fields(claim['spec'])) };
}

function claimSpec(spec: Fields): Fields {
  return { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec };
}

function addressTypeOf(endpoints: unknown): 'IPv4' | 'IPv6' {
  const [first] = Array.isArray(endpoints) ? endpoints : [];
  const addresses = fields(first)['addresses'];
  return Array.isArray(addresses) && String(addresses[0]).includes(':') ? 'IPv6' : 'IPv4';
}

function fields(value: unknown): Fields {
  return value !== null && typeof value === 'object' ? (value as Fields) : {};
}
