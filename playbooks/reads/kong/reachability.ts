import type { Sight } from '../../../src/core/check.ts';
import type { Read } from '../../../src/core/read.ts';
import { type Precondition, precondition } from '../../../src/core/remedy.ts';
import { databaseTrouble, matches, reasonOfFailure, recent } from '../../facts/kong/log-lines.ts';
import { isPushFailure } from '../../facts/kong/push-history.ts';
import { databaseReads, readKongDatabase } from './database.ts';
import { type Installation, installationReads } from './installation.ts';
import { linesOf, logReads, readControllerLogs, readProxyLogs } from './logs.ts';
import { readStatuses, statusReads } from './status.ts';
import { recentMilliseconds } from './unwritten.ts';

export const reachabilityReads: readonly Read[] = [...installationReads, ...databaseReads, ...logReads, ...statusReads];

/**
 * Nothing of Kong may be restarted while its database is gone, because neither a proxy nor the controller could start
 * again. Every witness must agree: the database's endpoints, the logs of the last two minutes, and each proxy's own
 * status where it can be asked.
 */
export async function databaseIsReachable(
  { cluster, now }: Pick<Sight, 'cluster' | 'now'>,
  installation: Installation,
): Promise<Precondition> {
  const asks = 'Does every Kong proxy reach its database?';
  const database = await readKongDatabase({ cluster }, installation);
  const { engine, host } = database.settings;
  if (engine === 'off') return precondition(asks, true, 'Kong runs without a database.');
  if (engine === 'other') {
    return { asks, holds: 'unknown', because: 'Kong does not say in its template which database it uses.' };
  }
  if (database.place === 'cluster' && database.ready.length === 0) {
    return precondition(
      asks,
      false,
      `The Service of its database, ${host}, has no ready endpoint, and nothing of Kong starts or writes without it.`,
    );
  }
  const logs = [...(await readProxyLogs(cluster, installation)), ...(await readControllerLogs(cluster, installation))];
  const trouble = recent(linesOf(logs), now, recentMilliseconds).filter(
    (line) => matches(line.text, databaseTrouble) || (isPushFailure(line) && reasonOfFailure(line.text) === 'database'),
  );
  if (trouble.length > 0) {
    const lines = trouble.length === 1 ? '1 log line tells' : `${trouble.length} log lines tell`;
    return precondition(asks, false, `${lines} of trouble with the database within the last 2 minutes.`);
  }
  const statuses = await readStatuses(cluster, installation);
  const cut = statuses.filter(({ reachable }) => !reachable).map(({ pod }) => pod);
  if (cut.length > 0) return precondition(asks, false, `${cut.join(', ')} cannot reach it.`);
  const said =
    statuses.length === 0
      ? 'No proxy can be asked; its'
      : statuses.length === 1
        ? 'The one proxy says that it reaches it. Its'
        : `All ${statuses.length} proxies say that they reach it. Its`;
  const where =
    database.place === 'outside'
      ? `${host}, is outside of this cluster`
      : `${host}, has ${database.ready.length === 1 ? 'a ready endpoint' : `${database.ready.length} ready endpoints`}`;
  return precondition(asks, true, `${said} Service, ${where}, and no log tells of trouble for 2 minutes.`);
}
