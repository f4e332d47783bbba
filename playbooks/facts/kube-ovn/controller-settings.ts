import { isIn } from '../../../src/core/version.ts';
import { controller } from './product.ts';

export type ControllerSettings = {
  /** The default VPC; only its subnets get routes on the nodes. */
  readonly clusterRouter: string;
  readonly defaultSubnet: string;
  /** The subnet that connects the nodes to the pod network. */
  readonly joinSubnet: string;
  readonly keepVmIp: boolean;
  /** Whether pods get their first address from kube-ovn. Where it stands beside another network they do not. */
  readonly isPrimary: boolean;
};

/** A container of the controller, as its Deployment or one of its pods has it. */
export type StartedContainer = {
  readonly name: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
};

/** What the controller was given as `--name=value`; undefined when it was not. */
export function controllerFlag(containers: readonly StartedContainer[], flag: string): string | undefined {
  const container = containers.find(({ name }) => name === controller.container) ?? containers[0];
  const prefix = `--${flag}=`;
  const words = [...(container?.command ?? []), ...(container?.args ?? [])];
  // A switch needs no value: `--enable-lb` is `--enable-lb=true`.
  if (words.includes(`--${flag}`)) return 'true';
  return words.find((word) => word.startsWith(prefix))?.slice(prefix.length);
}

/** What the controller was started with. A flag that is not given has its default of that version. */
export function controllerSettings(
  containers: readonly StartedContainer[],
  version: string | undefined,
): ControllerSettings {
  const flag = (name: string) => controllerFlag(containers, name);
  const keepVmIp = flag('keep-vm-ip');
  const nonPrimary = flag('non-primary-cni-mode');
  return {
    clusterRouter: flag('cluster-router') ?? 'ovn-cluster',
    defaultSubnet: flag('default-ls') ?? 'ovn-default',
    joinSubnet: flag('node-switch') ?? 'join',
    keepVmIp: keepVmIp === undefined ? keepsVmIpByDefault(version) : keepVmIp !== 'false',
    isPrimary: nonPrimary === undefined || nonPrimary === 'false',
  };
}

/** Off up to v1.9.8. Where the version is not known, the safe assumption is the one that asks a person. */
function keepsVmIpByDefault(version: string | undefined): boolean {
  return isIn(version, ['v1.9.9', 'v1.10.0']) ?? true;
}
