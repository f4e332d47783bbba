import { isIn } from '../../../src/core/version.ts';
import type { Deployment } from '../../kinds/kubernetes.ts';
import { controller } from './product.ts';

export type ControllerSettings = {
  /** The default VPC; only its subnets get routes on the nodes. */
  readonly clusterRouter: string;
  readonly defaultSubnet: string;
  /** The subnet that connects the nodes to the pod network. */
  readonly joinSubnet: string;
  readonly keepVmIp: boolean;
};

/** What the controller was started with. A flag that is not given has its default of that version. */
export function controllerSettings(deployment: Deployment, version: string | undefined): ControllerSettings {
  const { containers } = deployment.spec.template.spec;
  const container = containers.find(({ name }) => name === controller.container) ?? containers[0];
  const words = [...(container?.command ?? []), ...(container?.args ?? [])];
  const flag = (name: string) => {
    const prefix = `--${name}=`;
    return words.find((word) => word.startsWith(prefix))?.slice(prefix.length);
  };
  const keepVmIp = flag('keep-vm-ip');
  return {
    clusterRouter: flag('cluster-router') ?? 'ovn-cluster',
    defaultSubnet: flag('default-ls') ?? 'ovn-default',
    joinSubnet: flag('node-switch') ?? 'join',
    keepVmIp: keepVmIp === undefined ? keepsVmIpByDefault(version) : keepVmIp !== 'false',
  };
}

/** Off up to v1.9.8. Where the version is not known, the safe assumption is the one that asks a person. */
function keepsVmIpByDefault(version: string | undefined): boolean {
  return isIn(version, ['v1.9.9', 'v1.10.0']) ?? true;
}
