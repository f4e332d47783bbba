import type { Sight } from '../../../src/core/check.ts';
import { get, type Read } from '../../../src/core/read.ts';
import { type ControllerSettings, controllerSettings } from '../../facts/kube-ovn/controller-settings.ts';
import { controller, installed } from '../../facts/kube-ovn/product.ts';
import { Deployment } from '../../kinds/kubernetes.ts';

export const controllerReads: readonly Read[] = [
  get(Deployment, { in: { product: 'kubeOvn' }, names: [controller.deployment] }),
];

export type Controller = { readonly deployment: Deployment; readonly settings: ControllerSettings };

/** The controller's Deployment and what it was started with. It is there: kube-ovn was detected by it. */
export async function readController({ cluster, platform }: Pick<Sight, 'cluster' | 'platform'>): Promise<Controller> {
  const { namespace, version } = installed(platform);
  const deployment = await cluster.need(Deployment, { namespace, name: controller.deployment });
  return { deployment, settings: controllerSettings(deployment, version) };
}
