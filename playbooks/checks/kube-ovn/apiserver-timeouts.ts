import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import { sayTime } from '../../../src/core/duration.ts';
import { CannotRead } from '../../../src/core/errors.ts';
import type { Evidence } from '../../../src/core/finding.ts';
import { path } from '../../../src/core/read.ts';
import type { Log, LogLine } from '../../../src/core/reader.ts';
import { changeNear, leaderChanges, leaderChangesInLogs, secondsBackTo } from '../../facts/kube-ovn/leader-change.ts';
import { isApiServerTrouble } from '../../facts/kube-ovn/log-lines.ts';
import { installed, whenInstalled } from '../../facts/kube-ovn/product.ts';
import {
  controllerLogReads,
  evidenceFrom,
  readControllerLogs,
  tellLines,
} from '../../reads/kube-ovn/controller-logs.ts';
import { leaderReads, readLeadership } from '../../reads/kube-ovn/leader.ts';
import { readSubnets, subnetReads } from '../../reads/kube-ovn/subnets.ts';
import { despiteUnreadLogs } from '../../reads/kubernetes/unread-logs.ts';
import { relieveApiServer } from '../../remedies/kube-ovn/relieve-api-server.ts';

const code = 'kube-ovn/apiserver-timeouts';

const ongoingMilliseconds = 120_000;
const lateMilliseconds = 600_000;

/** The API server has no object of its own; this Service is how everything in the cluster reaches it. */
const apiServer = { apiVersion: 'v1', kind: 'Service', namespace: 'default', name: 'kubernetes' };

/** The API server as the controllers see it. */
export const apiserverTimeouts = defineCheck({
  id: code,
  asks: 'Does the API server answer the kube-ovn controllers in time?',
  appliesTo: whenInstalled,
  reads: [...leaderReads, ...controllerLogReads, ...subnetReads, path('/readyz')],
  findings: {
    [code]: {
      severity: 'warning',
      title: 'API server too slow for the kube-ovn controllers',
      leadsTo: ['kube-ovn/controller-leadership', 'kube-ovn/database-leader-missing'],
    },
  },
  remedies: [relieveApiServer],
  settings: z.strictObject({
    /** So many lines are no coincidence. Fewer count only where the leader changed at that time. */
    strongLines: z.number().int().min(1).default(3),
  }),
  look: despiteUnreadLogs(async (sight) => {
    const { now, settings } = sight;
    const { lock, pods } = await readLeadership(sight);
    const subnets = await readSubnets({ cluster: sight.cluster, target: {} });
    const witnessed = leaderChanges(lock, pods, subnets, now);
    const logs = await readControllerLogs(sight.cluster, pods, secondsBackTo(witnessed, now));
    if (logs.length === 0) {
      const { namespace } = installed(sight.platform);
      throw new CannotRead(
        `read the logs of the kube-ovn controllers in ${namespace}`,
        'missing',
        'no controller has a log',
      );
    }
    const { status } = await sight.cluster.get('/readyz');
    const changes = lock === undefined ? leaderChangesInLogs(logs, subnets, now) : witnessed;
    const counts = ({ at, text }: LogLine) =>
      at !== undefined &&
      isApiServerTrouble(text) &&
      (now.getTime() - at.getTime() <= lateMilliseconds || changeNear(changes, at) !== undefined);
    const linesOf = (log: Log) => log.lines.filter(counts);
    const lines = logs.flatMap(({ log }) => linesOf(log));
    const times = lines.flatMap(({ at }) => at ?? []).sort((left, right) => left.getTime() - right.getTime());
    const [first, last] = [times[0], times.at(-1)];
    const measured = [
      { what: 'API server, /readyz', is: String(status) },
      { what: 'Time-outs in the controller logs', is: countLines(lines.length) },
    ];
    const near = times.some((at) => changeNear(changes, at) !== undefined);
    if (first === undefined || last === undefined || (lines.length < settings.strongLines && !near)) {
      return { findings: [], measured };
    }
    const isOngoing = now.getTime() - last.getTime() <= ongoingMilliseconds;
    const evidence = evidenceFrom(
      logs,
      linesOf,
      (count, { pod, previous }) => `${tellLines(count, pod, previous)} of requests that were not answered.`,
    );
    const readyz: Evidence = { from: 'API server, /readyz', says: `It answers ${status} now.` };
    return {
      findings: [
        {
          code,
          severity: isOngoing && status !== 200 ? 'critical' : 'warning',
          about: apiServer,
          says: `The API server did not answer the kube-ovn controllers in time: ${countLines(lines.length)} between ${sayTime(first, now)} and ${sayTime(last, now)}. ${isOngoing ? 'It still goes on.' : 'It has been quiet since.'}${near ? ' The leader changed at that time.' : ''}`,
          confidence:
            lines.length >= settings.strongLines
              ? [0.9, `${settings.strongLines} or more lines in so short a time are no coincidence.`]
              : [0.6, 'There are few lines, but they stand where the leader changed.'],
          evidence: [readyz, ...evidence],
          remedies: [relieveApiServer.with({})],
        },
      ],
      measured,
    };
  }),
});

function countLines(count: number): string {
  return `${count} ${count === 1 ? 'line' : 'lines'}`;
}
