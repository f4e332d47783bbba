import { z } from 'zod';
import { word } from '../../facts/kubernetes/commands.ts';
import { defineManualRemedy } from '../manual.ts';

export const mendAuthority = defineManualRemedy({
  id: 'control-plane/mend-authority',
  does: 'Give the APIService the authority that signed the certificate of its backend.',
  risk: 'low',
  reversible: true,
  whenNotToUse: ['With insecureSkipTLSVerify: the API server would then believe whoever answers at that address.'],
  input: z.object({ api: z.string(), namespace: z.string(), service: z.string() }),
  async instruct(_sight, { api, namespace, service }) {
    return {
      steps: [
        `The certificate must be valid for ${word(service)}.${word(namespace)}.svc, and spec.caBundle of the APIService must hold who signed it: kubectl get apiservice ${word(api)} -o yaml`,
        `Where cert-manager injects it, see the annotation cert-manager.io/inject-ca-from and the log of its cainjector. Otherwise apply the manifest of the backend again, since both come from there.`,
      ],
      effect: 'Requests work as soon as it is stored.',
    };
  },
});
