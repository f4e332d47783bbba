import { describe, expect, test } from '@jest/globals';
import type { FleetRecord } from '../../src/core/fleet.ts';
import type { Fleets } from '../../src/ports/fleets.ts';

export type FleetsExam = {
  readonly name: string;
  /** The same empty store, seen by two processes. */
  readonly setup: () => Promise<{ readonly one: Fleets; readonly other: Fleets }>;
};

export function exampleFleet(clusters: readonly string[] = ['prod-bj', 'prod-sh']): FleetRecord {
  return {
    request: {
      survey: 'fleet',
      fleet: 'fleet-1',
      playbook: 'subnet',
      selection: { environment: 'production', labels: { team: 'net' } },
      clusters: [...clusters],
      target: {},
      requestedBy: { id: 'ana' },
      requestedAt: '2026-01-05T10:00:00.000Z',
      place: { channel: 'C1' },
    },
    state: 'running',
    rows: clusters.map((cluster) => ({ cluster, run: `run-${cluster}`, state: 'waiting' })),
  };
}

/** The exam of the store of fleet runs. */
export function fleetsExam({ name, setup }: FleetsExam): void {
  describe(`the store of fleet runs, sat by ${name}`, () => {
    test('keeps what was stored first, whoever stores it', async () => {
      const { one, other } = await setup();
      expect(await one.create(exampleFleet())).toEqual(exampleFleet());
      expect(await other.create({ ...exampleFleet(), state: 'finished' })).toEqual(exampleFleet());
      expect(await other.fleet('fleet-1')).toEqual(exampleFleet());
      expect(await other.fleet('fleet-2')).toBeUndefined();
    });

    test('replaces the fields that are given, and leaves the others as they are', async () => {
      const { one, other } = await setup();
      await one.create(exampleFleet());
      await one.update('fleet-1', { state: 'cancelled', because: 'Ana cancelled it.' });
      const rows = exampleFleet().rows.map((row) => ({ ...row, state: 'finished' as const }));
      await other.update('fleet-1', { rows });
      expect(await one.fleet('fleet-1')).toEqual({
        ...exampleFleet(),
        state: 'cancelled',
        because: 'Ana cancelled it.',
        rows,
      });
    });

    test('refuses to update what is not there', async () => {
      const { one } = await setup();
      await expect(one.update('fleet-1', { state: 'finished' })).rejects.toThrow('There is no fleet run fleet-1');
    });
  });
}
