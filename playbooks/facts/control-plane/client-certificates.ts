/** How many certificates that clients showed to an API server had less than so many seconds left. */
export type CertificateCounts = {
  /** By upper bound in seconds, as the histogram has them; cumulative. */
  readonly atMost: ReadonlyMap<number, number>;
  readonly total: number;
  /** When the counting began: the start of that API server. Absent where it does not say. */
  readonly since: Date | undefined;
};

const name = 'apiserver_client_certificate_expiration_seconds';

/**
 * Reads the histogram out of `/metrics`. It counts every certificate that is shown, one for each request and before it
 * is verified, and names nobody. Undefined when the API server does not have it.
 */
export function certificateCounts(metrics: string): CertificateCounts | undefined {
  const atMost = new Map<number, number>();
  for (const [, bound = '', count = ''] of metrics.matchAll(
    new RegExp(String.raw`^${name}_bucket\{[^}\n]*le="([^"\n]+)"[^}\n]*\} (\S+)`, 'gm'),
  )) {
    const seconds = bound === '+Inf' ? Infinity : Number(bound);
    if (!Number.isNaN(seconds) && Number.isFinite(Number(count))) atMost.set(seconds, Number(count));
  }
  const total = atMost.get(Infinity);
  if (total === undefined) return undefined;
  const started = Number(/^process_start_time_seconds (\S+)/m.exec(metrics)?.[1]);
  return { atMost, total, since: Number.isFinite(started) && started > 0 ? new Date(started * 1000) : undefined };
}

/** The alert of kubernetes-mixin looks at the shortest hundredth; so a client that hardly ever asks does not fire it. */
export const alertShare = 0.01;

export const bounds = { over: 0, day: 86_400, week: 604_800 } as const;

export function shareOf({ atMost, total }: CertificateCounts, bound: number): number {
  return total === 0 ? 0 : (atMost.get(bound) ?? 0) / total;
}

/** `4.2 %`, or `less than 0.1 %`. */
export function sayShare(share: number): string {
  if (share > 0 && share < 0.001) return 'less than 0.1 %';
  return `${(share * 100).toFixed(1)} %`;
}
