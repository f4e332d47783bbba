import { z } from 'zod';
import { installed, sayVersion } from '../../facts/calico/product.ts';
import { changes, has, isAffectedByStaleWatch } from '../../facts/calico/versions.ts';
import { defineManualRemedy } from '../manual.ts';

/** A restart helps until the next time; only other code keeps the fault from coming back. */
export const upgrade = defineManualRemedy({
  id: 'calico/upgrade',
  does: 'Plan an upgrade of Calico to a version that does not have this fault.',
  risk: 'high',
  reversible: false,
  whenNotToUse: ['During the incident: first restart what is stuck, then plan the upgrade with its own change window.'],
  input: z.object({ change: z.enum(['pagesWithoutMatch', 'revisionClearedOnError', 'revisionClearedOnRollback']) }),
  async instruct({ platform }, { change: name }) {
    const { version, namespace } = installed(platform);
    const change = changes[name];
    const first = change.firsts[0];
    const also =
      name === 'pagesWithoutMatch'
        ? ' Go to v3.23.1 at once: v3.21.3 to v3.22.5 still get stuck in the other way (#6032).'
        : '';
    return {
      steps: [
        has(version, change) === true
          ? `There is nothing to gain by the number: ${sayVersion(version)} should have ${change.upstream.join(' and ')}. See which code your vendor's image really holds.`
          : `Upgrade to ${first} or later: from there on ${change.what} (${change.upstream.join(', ')}).${also} Better, take a release that supports your Kubernetes version.`,
        namespace === 'calico-system'
          ? 'With the operator: upgrade tigera-operator, which rolls calico-node out node by node, and Typha with it.'
          : 'With the manifest: apply that of the new version, with your own settings; the DaemonSet is rolled out one node at a time. Upgrade calico-kube-controllers and Typha in the same step.',
        ...(isAffectedByStaleWatch(version) === false
          ? []
          : [
              'Until then, ask this again for 10 minutes after every restart of an API server, and restart what is stuck.',
            ]),
      ],
      effect: 'Calico is away on one node at a time, for 15 to 60 s each; running pods keep their network meanwhile.',
    };
  },
});
