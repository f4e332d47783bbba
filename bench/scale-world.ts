import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readWorld } from '../src/adapters/simulated/read-world.ts';
import type { World, WorldObject } from '../src/core/world.ts';

/** The products that run on the cluster, with their logs and answers: worlds in which every check is clear. */
const installations = [
  'kube-ovn/address-accounting/virtual-addresses',
  'calico/felix-not-ready/all-well',
  'calico/block-limit/pools-empty-instead',
  'kong/dead-targets/changed-lately',
  'control-plane/apiservice-unavailable/all-well',
  'control-plane/client-certificate-expiring/a-person-now-and-then',
  'control-plane/authority-expiring/years-left',
];

export type Size = { readonly nodes: number; readonly pods: number; readonly subnets: number };

const started = '2025-12-22T12:40:00Z';
const podsPerWorkload = 40;
const daemons = [
  { name: 'kube-ovn-cni', container: 'cni-server', labels: { app: 'kube-ovn-cni' } },
  { name: 'ovs-ovn', container: 'openvswitch', labels: { app: 'ovs' } },
  { name: 'calico-node', container: 'calico-node', labels: { 'k8s-app': 'calico-node' } },
  { name: 'kube-proxy', container: 'kube-proxy', labels: { 'k8s-app': 'kube-proxy' } },
];

/** The worlds above as one: of two objects of a name the first counts. */
export function installedWorld(): World {
  const [first, ...others] = installations.map((name) => {
    const file = fileURLToPath(new URL(`../test/worlds/${name}.yaml`, import.meta.url));
    return readWorld(readFileSync(file, 'utf8'), file);
  });
  if (first === undefined) throw new TypeError('there is no installation');
  const worlds = [first, ...others];
  const keyOf = ({ apiVersion, kind, metadata }: WorldObject) =>
    [apiVersion, kind, metadata.namespace ?? '', metadata.name].join(' ');
  const objects = new Map(worlds.toReversed().flatMap((world) => world.objects.map((one) => [keyOf(one), one])));
  return {
    ...first,
    objects: [...objects.values()],
    logs: worlds.flatMap(({ logs }) => logs),
    get: worlds.flatMap(({ get }) => get),
  };
}

/** Every object of a cluster of this size, bulk last. They are made one at a time, so that they need not be held. */
export function* objectsOf(world: World, size: Size): Generator<WorldObject> {
  yield* world.objects.filter(({ kind }) => kind !== 'IPAMBlock' && kind !== 'Event');
  for (let number = 0; number < size.nodes; number += 1) {
    yield node(number);
    yield nodeAddress(number);
    yield block(number);
    for (const daemon of daemons) yield daemonPod(daemon, number);
  }
  yield apiServerSlice;
  for (let number = 0; number < size.subnets; number += 1) yield subnet(number);
  const pods = size.pods - size.nodes * daemons.length;
  for (let number = 0; number < pods; number += 1) {
    const workload = Math.floor(number / podsPerWorkload);
    if (number % podsPerWorkload === 0) yield* workloadObjects(workload, Math.min(podsPerWorkload, pods - number));
    const place = { number, workload, node: number % size.nodes };
    // Some of the pods have an address of a subnet, the others one of Calico's blocks.
    const inSubnet = number < size.subnets;
    if (inSubnet) yield podAddress(place);
    yield pod(place, inSubnet);
  }
}

/** The addresses of the API servers themselves. */
const apiServerSlice: WorldObject = {
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: 'kubernetes', namespace: 'default', labels: { 'kubernetes.io/service-name': 'kubernetes' } },
  endpoints: [{ addresses: ['192.168.10.11'], conditions: { ready: true } }],
};

const padded = (number: number) => String(number).padStart(6, '0');
const nodeName = (number: number) => `node-${padded(number)}`;
const nodeIp = (number: number) => `172.20.${Math.floor(number / 250)}.${(number % 250) + 2}`;
const joinIp = (number: number) => `100.64.${100 + Math.floor(number / 250)}.${(number % 250) + 2}`;
const third = (number: number) => `${Math.floor(number / 256)}.${number % 256}`;
const subnetIp = (number: number) => `10.${64 + Math.floor(number / 256)}.${number % 256}.10`;
const macOf = (number: number) =>
  `02:00:${number.toString(16).padStart(8, '0').toUpperCase().match(/../g)?.join(':') ?? ''}`;
const uid = (kind: string, number: number) => {
  const digits = number.toString(16).padStart(12, '0');
  return `${Buffer.from(kind.padEnd(4)).toString('hex').slice(0, 8)}-0000-4000-8000-${digits}`;
};
const workloadName = (workload: number) => `web-${padded(workload)}`;
const namespaceOf = (workload: number) => `team-${String(workload % 500).padStart(3, '0')}`;

/** What an API server keeps about who wrote which field; a large part of every real answer. */
function managedFields(...paths: readonly string[]) {
  const fields = Object.fromEntries(
    paths.map((path) => [`f:${path}`, { '.': {}, 'k:{"type":"Ready"}': { '.': {}, 'f:lastTransitionTime': {} } }]),
  );
  return ['kube-controller-manager', 'kubelet'].map((manager) => ({
    manager,
    operation: 'Update',
    apiVersion: 'v1',
    time: started,
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } }, 'f:spec': fields, 'f:status': fields },
  }));
}

/** No two pods of a real cluster started at the same moment. */
const timeOf = (number: number, seconds = 0) =>
  new Date(Date.parse(started) - (number * 7 - seconds) * 1000).toISOString().replace('.000', '');

function metadata(kind: string, number: number, name: string, more: Readonly<Record<string, unknown>> = {}) {
  return {
    name,
    uid: uid(kind, number),
    resourceVersion: String(1_000_000 + number),
    creationTimestamp: timeOf(number),
    ...more,
  };
}

function node(number: number): WorldObject {
  const ready = { status: 'True', lastHeartbeatTime: started, lastTransitionTime: started };
  const healthy = { ...ready, status: 'False' };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: metadata('node', number, nodeName(number), {
      labels: {
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/hostname': nodeName(number),
        'kubernetes.io/os': 'linux',
      },
      annotations: {
        'ovn.kubernetes.io/allocated': 'true',
        'ovn.kubernetes.io/gateway': '100.64.0.1',
        'ovn.kubernetes.io/ip_address': joinIp(number),
        'ovn.kubernetes.io/mac_address': macOf(0x10_00_00_00 + number),
        'ovn.kubernetes.io/logical_switch': 'join',
        'ovn.kubernetes.io/port_name': `node-${nodeName(number)}`,
        'projectcalico.org/IPv4Address': `${nodeIp(number)}/16`,
      },
      managedFields: managedFields('conditions', 'addresses', 'images', 'nodeInfo', 'podCIDR'),
    }),
    spec: { podCIDR: `10.244.${third(number % 65_000)}/24` },
    status: {
      addresses: [
        { type: 'InternalIP', address: nodeIp(number) },
        { type: 'Hostname', address: nodeName(number) },
      ],
      conditions: [
        { type: 'MemoryPressure', reason: 'KubeletHasSufficientMemory', ...healthy },
        { type: 'DiskPressure', reason: 'KubeletHasNoDiskPressure', ...healthy },
        { type: 'PIDPressure', reason: 'KubeletHasSufficientPID', ...healthy },
        { type: 'Ready', reason: 'KubeletReady', message: 'kubelet is posting ready status', ...ready },
      ],
      nodeInfo: { kubeletVersion: 'v1.23.8', operatingSystem: 'linux', architecture: 'amd64' },
      images: Array.from({ length: 20 }, (_, image) => ({
        names: [
          `registry.example.com/image-${image}@sha256:${'0'.repeat(64)}`,
          `registry.example.com/image-${image}:1.4`,
        ],
        sizeBytes: 123_456_789,
      })),
    },
  };
}

function address(number: number, name: string, spec: Readonly<Record<string, unknown>>): WorldObject {
  return { apiVersion: 'kubeovn.io/v1', kind: 'IP', metadata: metadata('ip', number, name), spec };
}

function nodeAddress(number: number): WorldObject {
  const name = nodeName(number);
  return address(0x10_00_00_00 + number, `node-${name}`, {
    podName: name,
    namespace: '',
    subnet: 'join',
    nodeName: name,
    v4IpAddress: joinIp(number),
    v6IpAddress: '',
    macAddress: macOf(0x10_00_00_00 + number),
    podType: '',
  });
}

function block(number: number): WorldObject {
  const used = 20;
  return {
    apiVersion: 'crd.projectcalico.org/v1',
    kind: 'IPAMBlock',
    metadata: metadata('blok', number, `10-${128 + Math.floor(number / 1024)}-${number % 1024}-0-26`),
    spec: {
      cidr: `10.${128 + Math.floor(number / 1024)}.${Math.floor(number / 4) % 256}.${(number % 4) * 64}/26`,
      affinity: `host:${nodeName(number)}`,
      allocations: Array.from({ length: 64 }, (_, index) => (index < used ? index : null)),
      unallocated: Array.from({ length: 64 - used }, (_, index) => used + index),
      attributes: Array.from({ length: used }, (_, index) => ({ handle_id: `k8s-pod-network.${number}-${index}` })),
    },
  };
}

function subnet(number: number): WorldObject {
  const conditions = [
    { type: 'Validated', status: 'True', reason: 'ValidateLogicalSwitchSuccess', lastTransitionTime: started },
    { type: 'Ready', status: 'True', reason: 'ResetLogicalSwitchAclSuccess', lastTransitionTime: started },
  ];
  const cidr = `10.${64 + Math.floor(number / 256)}.${number % 256}`;
  return {
    apiVersion: 'kubeovn.io/v1',
    kind: 'Subnet',
    metadata: metadata('sub', number, `subnet-${padded(number)}`, { managedFields: managedFields('cidrBlock') }),
    spec: {
      vpc: 'ovn-cluster',
      provider: 'ovn',
      cidrBlock: `${cidr}.0/24`,
      gateway: `${cidr}.1`,
      gatewayType: 'distributed',
      excludeIps: [`${cidr}.1`],
    },
    status: { conditions, v4availableIPs: 252, v4usingIPs: 1 },
  };
}

type Daemon = (typeof daemons)[number];

function daemonPod({ name, container, labels }: Daemon, number: number): WorldObject {
  return podOf({
    number,
    metadata: metadata(name.slice(0, 3), number, `${name}-${padded(number)}`, {
      namespace: 'kube-system',
      labels,
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'DaemonSet', name, uid: uid('daem', 0), controller: true }],
    }),
    node: nodeName(number),
    ip: nodeIp(number),
    hostNetwork: true,
    container,
  });
}

type Placed = { readonly number: number; readonly workload: number; readonly node: number };

const podName = ({ number, workload }: Placed) => `${workloadName(workload)}-5d8f6c9b7-${padded(number)}`;

function pod(place: Placed, inSubnet: boolean): WorldObject {
  const { number, workload } = place;
  const slot = Math.floor(number / 64);
  const ip = inSubnet
    ? subnetIp(number)
    : `10.${128 + Math.floor(slot / 1024)}.${Math.floor(slot / 4) % 256}.${(slot % 4) * 64 + (number % 64)}`;
  const annotations = inSubnet
    ? {
        'ovn.kubernetes.io/allocated': 'true',
        'ovn.kubernetes.io/routed': 'true',
        'ovn.kubernetes.io/logical_switch': `subnet-${padded(number)}`,
        'ovn.kubernetes.io/ip_address': ip,
        'ovn.kubernetes.io/mac_address': macOf(number),
      }
    : { 'cni.projectcalico.org/podIP': `${ip}/32`, 'cni.projectcalico.org/containerID': uid('cont', number) };
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${workloadName(workload)}-5d8f6c9b7` };
  return podOf({
    number,
    metadata: metadata('pod', number, podName(place), {
      namespace: namespaceOf(workload),
      labels: { app: workloadName(workload), 'pod-template-hash': '5d8f6c9b7' },
      annotations: { ...annotations, 'prometheus.io/scrape': 'true', 'prometheus.io/port': '8080' },
      ownerReferences: [{ ...owner, uid: uid('repl', workload), controller: true }],
    }),
    node: nodeName(place.node),
    ip,
    hostNetwork: false,
    container: 'web',
  });
}

function podAddress(place: Placed): WorldObject {
  return address(place.number, `${podName(place)}.${namespaceOf(place.workload)}`, {
    podName: podName(place),
    namespace: namespaceOf(place.workload),
    subnet: `subnet-${padded(place.number)}`,
    nodeName: nodeName(place.node),
    v4IpAddress: subnetIp(place.number),
    v6IpAddress: '',
    macAddress: macOf(place.number),
    podType: '',
  });
}

type Written = {
  readonly number: number;
  readonly metadata: ReturnType<typeof metadata>;
  readonly node: string;
  readonly ip: string;
  readonly hostNetwork: boolean;
  readonly container: string;
};

/** A pod as API servers print it: most of it is of no interest to any check, and has to be read all the same. */
function podOf({ number, metadata: meta, node: nodeName, ip, hostNetwork, container }: Written): WorldObject {
  const image = `registry.example.com/${container}:1.4.2`;
  const probe = { httpGet: { path: '/healthz', port: 8080, scheme: 'HTTP' }, periodSeconds: 10, failureThreshold: 3 };
  const tolerations = ['not-ready', 'unreachable', 'memory-pressure', 'disk-pressure'].map((key) => ({
    key: `node.kubernetes.io/${key}`,
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: 300,
  }));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...meta,
      managedFields: managedFields('containers', 'tolerations', 'volumes', 'conditions', 'podIPs', 'containerStatuses'),
    },
    spec: {
      nodeName,
      ...(hostNetwork ? { hostNetwork } : {}),
      restartPolicy: 'Always',
      serviceAccountName: 'default',
      schedulerName: 'default-scheduler',
      tolerations,
      volumes: [{ name: 'kube-api-access', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } }],
      containers: [
        {
          name: container,
          image,
          command: [`/usr/bin/${container}`],
          args: ['--log-level=info', '--port=8080'],
          env: ['TZ', 'LOG_FORMAT', 'CACHE_SIZE', 'REGION', 'STAGE'].map((name) => ({
            name,
            value: `value of ${name}`,
          })),
          ports: [{ containerPort: 8080, protocol: 'TCP' }],
          resources: { limits: { cpu: '2', memory: '1Gi' }, requests: { cpu: '100m', memory: '256Mi' } },
          livenessProbe: probe,
          readinessProbe: probe,
          volumeMounts: [{ name: 'kube-api-access', readOnly: true, mountPath: '/var/run/secrets/kubernetes.io' }],
          imagePullPolicy: 'IfNotPresent',
        },
      ],
    },
    status: {
      phase: 'Running',
      hostIP: nodeName,
      podIP: ip,
      podIPs: [{ ip }],
      startTime: timeOf(number),
      qosClass: 'Burstable',
      conditions: ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) => ({
        type,
        status: 'True',
        lastProbeTime: null,
        lastTransitionTime: timeOf(number, type.endsWith('Ready') ? 9 : 0),
      })),
      containerStatuses: [
        {
          name: container,
          ready: true,
          started: true,
          restartCount: 0,
          image,
          imageID: `registry.example.com/${container}@sha256:${'0'.repeat(64)}`,
          containerID: `containerd://${'0'.repeat(64)}`,
          state: { running: { startedAt: timeOf(number, 5) } },
          lastState: {},
        },
      ],
    },
  };
}

/** What a Deployment of so many pods brings with it. */
function* workloadObjects(workload: number, pods: number): Generator<WorldObject> {
  const name = workloadName(workload);
  const namespace = namespaceOf(workload);
  const labels = { app: name };
  const template = {
    metadata: { labels },
    spec: { containers: [{ name: 'web', image: 'registry.example.com/web:1.4.2', ports: [{ containerPort: 8080 }] }] },
  };
  const about = (kind: string, more: Readonly<Record<string, unknown>> = {}) =>
    metadata(kind, workload, name, { namespace, labels, managedFields: managedFields('template'), ...more });
  yield {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: about('depl'),
    spec: { replicas: pods, selector: { matchLabels: labels }, template },
    status: { readyReplicas: pods },
  };
  yield {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: about('serv'),
    spec: {
      type: 'ClusterIP',
      clusterIP: `10.112.${third(workload)}`,
      clusterIPs: [`10.112.${third(workload)}`],
      selector: labels,
      ports: [{ name: 'http', port: 80, targetPort: 8080 }],
    },
  };
  yield {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: about('endp', { labels: { ...labels, 'kubernetes.io/service-name': name } }),
    endpoints: Array.from({ length: pods }, (_, index) => {
      const number = workload * podsPerWorkload + index;
      const targetRef = { kind: 'Pod', namespace, name: podName({ number, workload, node: 0 }) };
      return { addresses: [`10.128.${third(number % 65_000)}`], conditions: { ready: true }, targetRef };
    }),
    ports: [{ port: 8080, protocol: 'TCP' }],
  };
}
