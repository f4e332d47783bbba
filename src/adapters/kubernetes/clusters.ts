import { canonicalJson } from '../../core/canonical-json.ts';
import { WrongUsage } from '../../core/errors.ts';
import type { Registration } from '../../core/registration.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Clusters } from '../../ports/cluster.ts';
import { type Connection, connect } from './connection.ts';
import { logIn } from './login.ts';
import { kubernetesReader } from './reader.ts';
import { askWhether } from './review.ts';
import { defaultLimits, type Limits, openSession } from './session.ts';
import { type KubernetesConnection, sourceOf } from './source.ts';
import { kubernetesWriter } from './writer.ts';

/** A registered cluster that is reached by a kubeconfig or from inside. */
export type KubernetesRegistration = Pick<Registration, 'name' | 'mode'> & { readonly connect: KubernetesConnection };

export function isKubernetes(registration: Registration): registration is Registration & KubernetesRegistration {
  return !('world' in registration.connect);
}

/**
 * Real clusters. Each has one pool of connections, made when it is first opened and shared by all runs, until its
 * registration or its kubeconfig changes: then the next run gets a new one, and the old one closes behind its last.
 * @param registrations asked again at every opening
 */
export function kubernetesClusters(
  registrations: () => readonly KubernetesRegistration[],
  clock: Clock,
  limits: Partial<Limits> = {},
): Clusters {
  const connections = new Map<string, { readonly madeFor: string; readonly made: Promise<Connection> }>();

  const retire = (name: string): void => {
    const held = connections.get(name);
    connections.delete(name);
    // One that never came about has nothing to close.
    held?.made.then(
      (connection) => connection.retire(),
      () => undefined,
    );
  };

  const connectionTo = async ({ name, connect: how }: KubernetesRegistration): Promise<Connection> => {
    const { content } = await sourceOf(name, how);
    const madeFor = canonicalJson({ how, content });
    const known = connections.get(name);
    if (known?.madeFor === madeFor) return known.made;
    retire(name);
    const made = logIn(name, how).then(connect);
    connections.set(name, { madeFor, made });
    try {
      return await made;
    } catch (error) {
      // A kubeconfig that was put right must not need a restart.
      if (connections.get(name)?.made === made) connections.delete(name);
      throw error;
    }
  };

  return {
    open: async (name, { signal } = {}) => {
      const registered = registrations();
      const names = new Set(registered.map((candidate) => candidate.name));
      for (const held of connections.keys()) if (!names.has(held)) retire(held);
      const registration = registered.find((candidate) => candidate.name === name);
      if (registration === undefined) {
        throw new WrongUsage(`No cluster is registered as ${name}.`, 'Register it in the configuration file.');
      }
      const session = openSession(await connectionTo(registration), clock, { ...defaultLimits, ...limits }, signal);
      return {
        reader: kubernetesReader(session),
        writer: registration.mode === 'remediate' ? kubernetesWriter(session) : undefined,
        may: async (question) => askWhether(session, question),
        clock,
        counts: () => session.counts(),
      };
    },
    close: async () => {
      const open = await Promise.allSettled([...connections.values()].map(async ({ made }) => made));
      connections.clear();
      await Promise.all(open.map(async (made) => (made.status === 'fulfilled' ? made.value.close() : undefined)));
    },
  };
}
