import type { Sight } from '../../../src/core/check.ts';
import { list, type Read } from '../../../src/core/read.ts';
import type { ObjectReference } from '../../../src/core/reference.ts';
import {
  type ControllerSettings,
  controllerSettings,
  type StartedContainer,
} from '../../facts/kube-ovn/controller-settings.ts';
import { controller, installed } from '../../facts/kube-ovn/product.ts';
import { Deployment, Pod } from '../../kinds/kubernetes.ts';

/** All Deployments, as what tells where kube-ovn is installed reads them anyway. */
export const controllerReads: readonly Read[] = [list(Deployment), list(Pod)];

export type Controller = {
  /** The Deployment, also where it is only known by its pods. */
  readonly about: ObjectReference;
  /** How many replicas are wanted; undefined where only the Deployment would tell. */
  readonly replicas: number | undefined;
  /** How many of them the Deployment counts as ready; 0 where it is not there. */
  readonly ready: number;
  readonly containers: readonly StartedContainer[];
  readonly settings: ControllerSettings;
};

/**
 * The controller and what it was started with, by its Deployment. Where that is gone or has another name, its pods
 * say the same.
 */
export async function readController({ cluster, platform }: Pick<Sight, 'cluster' | 'platform'>): Promise<Controller> {
  const { namespace, version } = installed(platform);
  const about = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: controller.deployment };
  const deployment = await cluster.find(Deployment, { namespace, name: controller.deployment });
  if (deployment !== undefined) {
    const { replicas, template } = deployment.spec;
    const { containers } = template.spec;
    const ready = deployment.status.readyReplicas;
    return { about, replicas, ready, containers, settings: controllerSettings(containers, version) };
  }
  const pods = await cluster.list(Pod, { namespace, labels: controller.labels });
  const containers = pods[0]?.spec.containers ?? [];
  return { about, replicas: undefined, ready: 0, containers, settings: controllerSettings(containers, version) };
}
