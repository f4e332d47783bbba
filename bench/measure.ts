/** The value below which this share of the sorted samples lies; nearest rank. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN;
}

export type Samples = readonly number[];

const round = (value: number) => (value >= 100 ? value.toFixed(0) : value.toFixed(1));

/** One line: ours, the floor of the same run, and the ratio; with a goal, whether it is met. */
export function compare(what: string, ours: number, floor: number, unit: string, goal?: number): string {
  const ratio = ours / floor;
  const verdict = goal === undefined ? '' : ratio <= goal ? `  (goal ${goal}x: met)` : `  (goal ${goal}x: NOT met)`;
  return `${what.padEnd(44)} ${round(ours).padStart(8)} ${unit}  floor ${round(floor).padStart(8)} ${unit}  ratio ${ratio.toFixed(2)}x${verdict}`;
}

/** Runs measurements of two sides in turn, so that a busy moment of the machine hits both. */
export async function inTurn(
  rounds: number,
  ours: () => Promise<Samples>,
  floor: () => Promise<Samples>,
): Promise<{ ours: number[]; floor: number[] }> {
  const samples = { ours: [] as number[], floor: [] as number[] };
  for (let turn = 0; turn < rounds; turn += 1) {
    const order = turn % 2 === 0 ? (['ours', 'floor'] as const) : (['floor', 'ours'] as const);
    for (const side of order) samples[side].push(...(await (side === 'ours' ? ours() : floor())));
  }
  return samples;
}
