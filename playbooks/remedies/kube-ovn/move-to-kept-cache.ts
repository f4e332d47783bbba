import { z } from 'zod';
import { installed, sayVersion } from '../../facts/kube-ovn/product.ts';
import { defineManualRemedy } from '../manual.ts';

/** The trigger comes back with every compaction of the database, every 45 to 50 minutes. */
export const moveToKeptCache = defineManualRemedy({
  id: 'kube-ovn/move-to-kept-cache',
  does: 'Plan a move to a build in which the controller gets its cache back after a change of the database leader.',
  risk: 'high',
  reversible: false,
  whenNotToUse: ['During the incident: first get new pods their addresses.'],
  input: z.object({}),
  async instruct({ platform }) {
    const { version } = installed(platform);
    return {
      steps: [
        `Ask for a build that contains #7509: ${sayVersion(version)} may not. Which tag has it first was not known when this was written, so look into the release notes.`,
        'v1.16.4 to v1.16.7 lose the cache whether or not ACL sampling is on, and so do builds of v1.15 with #7362; v1.15.22 does not (#7519).',
        'Until then expect it again: the northbound database hands over its leader every 45 to 50 minutes to compact itself.',
        'Until then alert on "not found logical switch" in the log of the controllers.',
      ],
      effect:
        'An upgrade restarts the controllers, the databases and kube-ovn-cni on every node; plan it node by node.',
    };
  },
});
