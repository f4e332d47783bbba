import { z } from 'zod';
import { list } from '../../../src/core/read.ts';
import { afterRestartOfApiServer, beforeRestartOfApiServer } from '../../facts/calico/restart-warning.ts';
import { Node } from '../../kinds/kubernetes.ts';
import { defineManualRemedy } from '../manual.ts';
import { environmentPlace } from './api-server-settings.ts';

export const exemptClusterFromProxy = defineManualRemedy({
  id: 'control-plane/exempt-cluster-from-proxy',
  does: 'Tell the API servers not to ask the HTTP proxy for addresses of the cluster.',
  risk: 'medium',
  reversible: true,
  whenNotToUse: [
    'With --enable-aggregator-routing instead: it does not go around a proxy, and then needs the pod range in NO_PROXY.',
  ],
  reads: [list(Node)],
  input: z.object({ host: z.string(), ranges: z.array(z.string()), routesToEndpoints: z.boolean() }),
  async instruct({ cluster, platform }, { host, ranges, routesToEndpoints }) {
    const nodes = await cluster.list(Node);
    const wanted = ranges.length === 0 ? 'the range of Services' : ranges.join(',');
    return {
      steps: [
        ...beforeRestartOfApiServer(platform),
        `NO_PROXY of every API server must cover ${host === '' ? 'the address that it asks' : host}. Add ${wanted}${routesToEndpoints ? ', and the range of pods, which it asks directly' : '; add the range of pods as well, for the day when --enable-aggregator-routing is set'}.`,
        environmentPlace(nodes),
        'Or take HTTPS_PROXY out of it, if nothing that the API server asks (webhooks, an identity provider) needs it.',
        'Change one control-plane node after another, and see /readyz answer before the next.',
        ...afterRestartOfApiServer(platform),
      ],
      effect: 'Each API server restarts once. The API is back within 30 s after that.',
      touches: { nodes: 0, pods: 0 },
    };
  },
});
