import { z } from 'zod';
import { installed } from '../../facts/kube-ovn/product.ts';
import { word } from '../../facts/kubernetes/commands.ts';
import { defineManualRemedy } from '../manual.ts';

/** Which of two overlapping networks gives way is a decision about addresses, which no program can take. */
export const correctSubnet = defineManualRemedy({
  id: 'kube-ovn/correct-subnet',
  does: 'Correct the configuration of the subnet that the controller refuses.',
  risk: 'high',
  reversible: true,
  whenNotToUse: ['While pods run in the subnet: they keep their old addresses until they are recreated.'],
  input: z.object({ subnet: z.string(), message: z.string() }),
  async instruct({ platform }, { subnet, message }) {
    const { namespace } = installed(platform);
    const name = word(subnet);
    return {
      steps: [
        `Read what the controller refuses: ${message === '' ? 'the condition carries no message.' : message}`,
        `Compare the CIDR with all others: kubectl get subnets.kubeovn.io -o custom-columns=NAME:.metadata.name,VPC:.spec.vpc,CIDR:.spec.cidrBlock`,
        'Compare it with the addresses of the nodes and with the service network of the API server (--service-cluster-ip-range).',
        `Decide which network gives way, then change it: kubectl edit subnets.kubeovn.io ${name}`,
        `See the controller accept it: kubectl -n ${word(namespace)} logs deployment/kube-ovn-controller --tail=200 | grep ${name}`,
      ],
      effect: 'A changed specification puts the subnet back into the controller’s queue at once.',
    };
  },
});
