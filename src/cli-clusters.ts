import { parseArgs } from 'node:util';
import { systemClock } from './adapters/system/clock.ts';
import { renderClusters } from './adapters/terminal/clusters.ts';
import type { Paint } from './adapters/terminal/paint.ts';
import { inspectClusters } from './app/inspect.ts';
import { catalogue } from './catalogue.ts';
import { openClusters } from './clusters.ts';
import { readClusterConfig } from './config.ts';
import { standingOf } from './core/cluster-report.ts';
import { WrongUsage } from './core/errors.ts';

export const clustersUsage = `  triage clusters [NAME] [--output text|json]
`;

const exitCodes = { complete: 0, missing: 1, unknown: 2 } as const;

/**
 * `triage clusters`: what `/clusters` shows, for every registered cluster or one, with all of the missing rules.
 * @returns 0 when everything needed may be done everywhere, 1 when rules are missing, else 2 when something is not known
 * @throws {WrongUsage} when the words or the configuration cannot be understood
 */
export async function clustersCommand(args: readonly string[], paint: Paint): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { output: { type: 'string', default: 'text' } },
  });
  const [name, ...rest] = positionals;
  const { output } = values;
  if (rest.length > 0) throw new WrongUsage('Name one cluster, or none for all of them.', clustersUsage);
  if (output !== 'text' && output !== 'json') {
    throw new WrongUsage(`There is no output ${output}.`, 'Use text or json.');
  }
  const { clusters: registered } = readClusterConfig();
  const asked = registered.filter((registration) => name === undefined || registration.name === name);
  if (asked.length === 0) {
    throw new WrongUsage(
      `The cluster ${name} is not registered.`,
      `Registered are: ${registered.map((registration) => registration.name).join(', ')}.`,
    );
  }
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort(new Error('interrupted')));
  const clusters = openClusters(() => registered);
  const reports = await inspectClusters(asked, {
    catalogue,
    clusters,
    clock: systemClock,
    signal: controller.signal,
  });
  await clusters.close();
  process.stdout.write(
    output === 'json' ? `${JSON.stringify(reports, undefined, 2)}\n` : renderClusters(reports, paint),
  );
  const standings = reports.map(standingOf);
  const worst = (['missing', 'unknown'] as const).find((standing) => standings.includes(standing));
  return exitCodes[worst ?? 'complete'];
}
