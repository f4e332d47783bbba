import { z } from 'zod';
import type { RoutedAlert } from './alert.ts';

const duration = z.string().regex(/^\d+[smhd]$/, 'A duration is written like 15m or 2h.');

/** Which alerts a playbook looks into. */
export const AlertRoute = z.strictObject({
  /** Labels that the alert has to have: a text, or a regular expression between slashes for the whole value. */
  match: z.record(z.string(), z.string().refine(isPattern, 'This is not a regular expression.')),
  playbook: z.string(),
  /** A registered cluster, or a label that names one, in braces. */
  cluster: z.string().default('{cluster}'),
  /** Values are texts with labels in braces: `subnet: "{subnet}"`. One whose label the alert does not have is left out. */
  target: z.record(z.string(), z.string()).default({}),
  /** The id of the channel that its threads stand in. */
  channel: z.string(),
});
export type AlertRoute = z.infer<typeof AlertRoute>;

/** What alerts may set going. The first route that matches is taken. */
export const AlertSettings = z.strictObject({
  routes: z.array(AlertRoute).min(1, 'Name at least one route.'),
  limits: z
    .strictObject({
      /** New threads in one channel within an hour; further alerts are listed in one message. */
      threadsPerHour: z.number().int().min(1).default(20),
      /** Runs that alerts may start within an hour, over all clusters. */
      runsPerHour: z.number().int().min(1).default(30),
      /** An alert that fires again so soon after it was looked into is not looked into again. */
      againAfter: duration.default('15m'),
    })
    .default({ threadsPerHour: 20, runsPerHour: 30, againAfter: '15m' }),
});
export type AlertSettings = z.infer<typeof AlertSettings>;

function patternOf(written: string): RegExp | undefined {
  const inside = /^\/(.*)\/$/s.exec(written)?.[1];
  return inside === undefined ? undefined : new RegExp(`^(?:${inside})$`, 's');
}

function isPattern(written: string): boolean {
  try {
    patternOf(written);
    return true;
  } catch {
    return false;
  }
}

function matches(written: string, value: string): boolean {
  return patternOf(written)?.test(value) ?? written === value;
}

/** A text with each `{label}` replaced; undefined when the alert does not have one of them. */
function filled(text: string, labels: Readonly<Record<string, string>>): string | undefined {
  let complete = true;
  const result = text.replace(/\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_whole, label: string) => {
    const value = Object.hasOwn(labels, label) ? labels[label] : undefined;
    if (value === undefined || value === '') complete = false;
    return value ?? '';
  });
  return complete ? result : undefined;
}

/** Where an alert leads, or a sentence that says why nowhere. */
export function routeAlert(
  labels: Readonly<Record<string, string>>,
  routes: readonly AlertRoute[],
  clusters: readonly string[],
): RoutedAlert | { readonly because: string } {
  const route = routes.find(({ match }) =>
    Object.entries(match).every(([label, written]) => matches(written, labels[label] ?? '')),
  );
  if (route === undefined) return { because: 'No route of the configuration matches its labels.' };
  const cluster = filled(route.cluster, labels);
  if (cluster === undefined)
    return { because: `It does not have the labels of "${route.cluster}", which names its cluster.` };
  if (!clusters.includes(cluster)) return { because: `There is no registered cluster "${cluster}".` };
  const target = Object.entries(route.target).flatMap(([key, text]) => {
    const value = filled(text, labels);
    return value === undefined ? [] : [[key, value] as const];
  });
  return { playbook: route.playbook, cluster, target: Object.fromEntries(target), channel: route.channel };
}
