import { WrongUsage } from '../../core/errors.ts';
import type { Registration } from '../../core/registration.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Clusters } from '../../ports/cluster.ts';
import { type Connection, connect } from './connection.ts';
import { type KubernetesConnection, logIn } from './login.ts';
import { kubernetesReader } from './reader.ts';
import { defaultLimits, type Limits, openSession } from './session.ts';
import { kubernetesWriter } from './writer.ts';

/** A registered cluster that is reached by a kubeconfig or from inside. */
export type KubernetesRegistration = Omit<Registration, 'connect'> & { readonly connect: KubernetesConnection };

export function isKubernetes(registration: Registration): registration is KubernetesRegistration {
  return !('world' in registration.connect);
}

/**
 * Real clusters. Each has one pool of connections, made when it is first opened and shared by all runs.
 * A kubeconfig is read once: a cluster whose kubeconfig moves to another server is registered anew by a restart.
 */
export function kubernetesClusters(
  registrations: readonly KubernetesRegistration[],
  clock: Clock,
  limits: Partial<Limits> = {},
): Clusters {
  const connections = new Map<string, Promise<Connection>>();

  const connectionTo = async ({ name, connect: how }: KubernetesRegistration): Promise<Connection> => {
    const made = connections.get(name) ?? logIn(name, how).then(connect);
    connections.set(name, made);
    try {
      return await made;
    } catch (error) {
      // A kubeconfig that was put right must not need a restart.
      if (connections.get(name) === made) connections.delete(name);
      throw error;
    }
  };

  return {
    open: async (name, { signal } = {}) => {
      const registration = registrations.find((candidate) => candidate.name === name);
      if (registration === undefined) {
        throw new WrongUsage(`No cluster is registered as ${name}.`, 'Register it in the configuration file.');
      }
      const session = openSession(await connectionTo(registration), clock, { ...defaultLimits, ...limits }, signal);
      return {
        reader: kubernetesReader(session),
        writer: registration.mode === 'remediate' ? kubernetesWriter(session) : undefined,
        clock,
        counts: () => session.counts(),
      };
    },
    close: async () => {
      const open = await Promise.allSettled(connections.values());
      connections.clear();
      await Promise.all(open.map(async (made) => (made.status === 'fulfilled' ? made.value.close() : undefined)));
    },
  };
}
