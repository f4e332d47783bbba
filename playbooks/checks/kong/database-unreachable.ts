import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import { CannotRead, DoesNotApply } from '../../../src/core/errors.ts';
import type { Evidence } from '../../../src/core/finding.ts';
import { nameOf, referenceTo } from '../../../src/core/reference.ts';
import { databaseSettings, whenInstalled } from '../../facts/kong/product.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { installationReads, mainProxy, podsOf, readInstallation } from '../../reads/kong/installation.ts';
import { onlyOneLookedAt } from '../../reads/kong/only-one-looked-at.ts';
import { type NodeStatus, readStatuses, statusListener, statusReads } from '../../reads/kong/status.ts';
import { repairDatabase } from '../../remedies/kong/repair-database.ts';

const code = 'kong/database-unreachable';

const mostShown = 10;

function evidenceOf({ part, pod }: NodeStatus): Evidence {
  const from = `Pod ${part.workload.metadata.namespace ?? ''}/${pod}, /status`;
  return { from, says: 'It answers database.reachable = false.' };
}

/**
 * Asks each proxy for `database.reachable` of its status. Apart from `kong/database-down`, because it needs a right to
 * `pods/proxy`, and because one node may be cut off from a database that is well.
 */
export const databaseUnreachable = defineCheck({
  id: code,
  asks: 'Does every Kong proxy say that it reaches its database?',
  appliesTo: whenInstalled,
  reads: [...installationReads, ...statusReads],
  findings: {
    [code]: {
      severity: 'critical',
      title: 'Kong proxy cannot reach its database',
      leadsTo: ['kong/controller-stalled', 'kong/stale-targets'],
    },
  },
  remedies: [repairDatabase],
  settings: z.strictObject({}),
  look: onlyOneLookedAt(async (sight) => {
    const installation = await readInstallation(sight);
    const main = mainProxy(installation);
    if (databaseSettings(main.container).engine === 'off') {
      return { findings: [], measured: [{ what: 'Database of Kong', is: 'none: it keeps everything in memory' }] };
    }
    if (!installation.proxies.some((part) => statusListener(part) !== undefined)) {
      throw new DoesNotApply(
        'The Kong proxies keep their status to themselves: their template opens no listener for it beyond the pod (KONG_STATUS_LISTEN). kong/database-down judges by what else tells of the database.',
      );
    }
    const statuses = await readStatuses(sight.cluster, installation);
    const all = podsOf(installation.proxies);
    if (statuses.length === 0) {
      throw new CannotRead('ask the Kong proxies for their status', 'missing', `none of ${all.length} pods runs`);
    }
    const cut = statuses.filter(({ reachable }) => !reachable);
    const measured = [
      { what: 'Kong proxies that reach their database', is: `${statuses.length - cut.length} of ${statuses.length}` },
    ];
    const [first] = cut;
    if (first === undefined) return { findings: [], measured };
    const names = listed(cut.map(({ pod }) => pod));
    const isAll = cut.length === statuses.length;
    const whole =
      first.part.workload.kind === 'Pod'
        ? `namespace ${installation.namespace}`
        : nameOf(referenceTo(first.part.workload));
    return {
      findings: [
        {
          code,
          about: referenceTo(first.part.workload),
          says: `${cut.length} of ${statuses.length} proxies of ${whole} ${cut.length === 1 ? 'says that it' : 'say that they'} cannot reach the database: ${names}. ${isAll ? 'They serve what they have in memory, and could not start again.' : 'The others reach it, so look at the way from those nodes.'}`,
          confidence: [0.95, 'Kong tries the connection each time that it is asked for its status.'],
          evidence: [evidenceOf(first), ...cut.slice(1, mostShown).map(evidenceOf)],
          remedies: [repairDatabase.with({ tooManyClients: false })],
        },
      ],
      measured,
    };
  }),
});
