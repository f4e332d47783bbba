import { z } from 'zod';
import { installed } from '../../facts/kube-ovn/product.ts';
import { word } from '../../facts/kubernetes/commands.ts';
import { leaderReads, readLeadership } from '../../reads/kube-ovn/leader.ts';
import { defineManualRemedy } from '../manual.ts';

/** Traffic goes on, so there is time to find the cause instead of restarting what works. */
export const traceReconcile = defineManualRemedy({
  id: 'kube-ovn/trace-reconcile',
  does: 'Find the step at which the reconcile of the subnet fails, and put its cause right.',
  risk: 'low',
  reversible: true,
  whenNotToUse: ['When the nodes have lost the routes of the subnet: then get it ready first.'],
  reads: leaderReads,
  input: z.object({ subnet: z.string(), reason: z.string(), message: z.string() }),
  async instruct(sight, { subnet, reason, message }) {
    const { namespace } = installed(sight.platform);
    const { leader } = await readLeadership(sight);
    const name = word(subnet);
    const pod = leader === undefined ? 'deployment/kube-ovn-controller' : word(leader.metadata.name);
    const said = [reason, message].filter((part) => part !== '').join(': ');
    return {
      steps: [
        `Start from what the condition says: ${said === '' ? 'it carries neither reason nor message.' : said}`,
        `Read the events of the subnet: kubectl -n default get events --field-selector involvedObject.kind=Subnet,involvedObject.name=${name}`,
        `Read what the leader says of it: kubectl -n ${word(namespace)} logs ${pod} -c kube-ovn-controller --since=1h | grep ${name}`,
        'Put right what that names: a gateway node, a VLAN, a provider network, a pod or a database.',
      ],
      effect: 'Nothing changes for running pods. The controller tries again by itself, at most about 16 minutes apart.',
    };
  },
});
