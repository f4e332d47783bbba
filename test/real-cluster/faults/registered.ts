import type { Registration } from '../../../src/core/registration.ts';

/** The cluster of the worlds, `prod-sh`, reached with a kubeconfig of the tests. */
export function registeredWith(kubeconfig: string) {
  const registration: Omit<Registration, 'connect'> = {
    name: 'prod-sh',
    environment: 'production',
    labels: {},
    mode: 'remediate',
    policy: 'default',
    owners: [],
  };
  return { ...registration, connect: { kubeconfig, allowExec: false } };
}
