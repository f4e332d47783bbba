import { z } from 'zod';
import { installed, sayVersion } from '../../facts/kube-ovn/product.ts';
import { routeGateOf } from '../../facts/kube-ovn/route-gate.ts';
import { changes, has, hasPortGroupLoop, type UpstreamChange } from '../../facts/kube-ovn/versions.ts';
import { defineManualRemedy } from '../manual.ts';

/** Where the fault is one of the version, nothing else keeps it from coming back. */
export const upgrade = defineManualRemedy({
  id: 'kube-ovn/upgrade',
  does: 'Plan an upgrade of kube-ovn to a version that does not have this fault.',
  risk: 'high',
  reversible: false,
  whenNotToUse: ['During the incident: first get the subnets ready, then plan the upgrade with its own change window.'],
  input: z.object({}),
  async instruct({ platform }) {
    const { version } = installed(platform);
    const wanted: readonly (readonly [boolean, UpstreamChange])[] = [
      [hasPortGroupLoop(version) !== false, changes.podsWithoutPortIgnored],
      [routeGateOf(version) !== 'Validated', changes.routesFollowValidated],
      [has(version, changes.routesSyncedPeriodically) !== true, changes.routesSyncedPeriodically],
    ];
    const steps = wanted
      .filter(([isMissing]) => isMissing)
      .map(
        ([, change]) =>
          `Upgrade to ${orLater(change.firsts)}: from there on ${change.what}. You have it already if your vendor back-ported ${change.upstream.join(' and ')}.`,
      );
    return {
      steps:
        steps.length > 0
          ? steps
          : [`There is nothing to gain: ${sayVersion(version)} has every fix that is known for this.`],
      effect:
        'An upgrade restarts the controllers, the databases and kube-ovn-cni on every node; plan it node by node.',
    };
  },
});

/** One version of each branch: `v1.9.11, v1.10.7 or v1.11.0, or later on the same branch`. */
function orLater(firsts: readonly string[]): string {
  return `${firsts.slice(0, -1).join(', ')} or ${firsts.at(-1) ?? ''}, or later on the same branch`;
}
