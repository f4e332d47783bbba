import { CannotRead } from '../../../src/core/errors.ts';
import { path, proxyPath, type Read, serviceProxy } from '../../../src/core/read.ts';
import type { ClusterReader } from '../../../src/core/reader.ts';
import { isTestable, metricsNamespace, testableServices, testPath } from '../../facts/control-plane/metrics-server.ts';

export const pathTestReads: readonly Read[] = [
  path('/readyz'),
  serviceProxy({
    in: { namespace: metricsNamespace },
    names: testableServices.map((name) => `https:${name}:443`),
    path: testPath,
  }),
];

/**
 * What came back over the pod network. `answers` is any answer of the backend, a bad one included: the path is whole.
 * `silent` means that nothing came back, `refused` that nobody listens there.
 */
export type PathTest = {
  readonly came: 'answers' | 'silent' | 'refused' | 'no-endpoints' | 'not-tested';
  /** One whole sentence. */
  readonly says: string;
};

/**
 * A service proxy goes from the API server to the address of a pod, whatever its Service address does, and so tells the
 * two paths apart. The API server tries for 30 s, which is longer than a read may take; so a read that gets no answer
 * in time, while `/readyz` has just got one, is an answer here, and the only failure that is not passed on.
 */
export async function testPathTo(
  cluster: ClusterReader,
  service: { namespace: string; name: string; port: number },
): Promise<PathTest> {
  if (!isTestable(service)) {
    return {
      came: 'not-tested',
      says: `The path to ${service.namespace}/${service.name} was not tested: only metrics-server in ${metricsNamespace} is asked through the API server.`,
    };
  }
  await askWhetherItAnswers(cluster);
  const name = `https:${service.name}:${service.port}`;
  try {
    const { status, body } = await cluster.get(
      proxyPath({ to: 'services', namespace: service.namespace, name, path: testPath }),
    );
    return judge(name, status, body);
  } catch (error) {
    if (!(error instanceof CannotRead) || error.reason !== 'timeout') throw error;
    return {
      came: 'silent',
      says: 'Asked through the service proxy, which goes to the address of a pod, it gave no answer in time.',
    };
  }
}

/** Servers before 1.16 do not know `/readyz`; that they say so is an answer. */
async function askWhetherItAnswers(cluster: ClusterReader): Promise<void> {
  try {
    await cluster.get('/readyz');
  } catch (error) {
    if (!(error instanceof CannotRead) || error.reason !== 'missing') throw error;
  }
}

function judge(name: string, status: number, body: string): PathTest {
  if (/no endpoints available for service/.test(body)) {
    return { came: 'no-endpoints', says: 'The service proxy finds no ready endpoint to go to.' };
  }
  if (/trying to reach service/i.test(body)) {
    const isRefused = /connection refused/.test(body);
    return {
      came: isRefused ? 'refused' : 'silent',
      says: `Asked through the service proxy, which goes to the address of a pod, ${isRefused ? 'the connection is refused' : 'it gave no answer'} (${status}).`,
    };
  }
  // Health checks answer 200 or 500. These are of a proxy, and this one does not say what it met.
  if (status >= 502 && status <= 504) {
    const because = `something on the way answered ${status} and did not say whether it reached the backend`;
    throw new CannotRead(`ask ${name} through the service proxy`, 'unexpected-shape', because);
  }
  return {
    came: 'answers',
    says: `Asked through the service proxy, which goes to the address of a pod, it answers ${status}.`,
  };
}
