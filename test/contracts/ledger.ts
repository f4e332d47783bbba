import { describe, expect, test } from '@jest/globals';
import { chainStart, firstBroken, type LedgerEntry, type LedgerEvent } from '../../src/core/ledger-entry.ts';
import type { Ledger } from '../../src/ports/ledger.ts';

export type LedgerExam = {
  readonly name: string;
  /** The same empty ledger, seen by two processes. */
  readonly setup: () => Promise<{ readonly one: Ledger; readonly other: Ledger }>;
};

export function exampleEvent(run: string, proposal?: string): LedgerEvent {
  return {
    at: '2026-01-05T10:00:00.000Z',
    event: 'intended',
    actor: 'U1',
    cluster: 'prod-sh',
    run,
    ...(proposal === undefined ? {} : { proposal }),
    detail: { step: 1, change: { name: 'kube-ovn-controller-0' }, says: 'Ünïcode "quoted"\n' },
  };
}

export async function allOf(ledger: Ledger, from?: number): Promise<LedgerEntry[]> {
  const entries: LedgerEntry[] = [];
  for await (const entry of ledger.read(from)) entries.push(entry);
  return entries;
}

const beforeFirst = { sequence: 0, hash: chainStart };

/** The exam of the ledger port. */
export function ledgerExam({ name, setup }: LedgerExam): void {
  describe(`the ledger port, sat by ${name}`, () => {
    test('is empty at first', async () => {
      const { one } = await setup();
      expect(await allOf(one)).toEqual([]);
      expect(await one.ofProposal('proposal-1')).toEqual([]);
    });

    test('chains what is appended, and reads it back as it was given back', async () => {
      const { one, other } = await setup();
      const first = await one.append(exampleEvent('run-1'));
      const second = await other.append(exampleEvent('run-2'));
      expect(first).toMatchObject({ ...exampleEvent('run-1'), sequence: 1, previous: chainStart });
      expect(second).toMatchObject({ sequence: 2, previous: first.hash });
      expect(await allOf(one)).toEqual([first, second]);
      expect(firstBroken(await allOf(other), beforeFirst)).toBeUndefined();
    });

    test('hashes what it stores: a detail that JSON cannot hold does not break the chain', async () => {
      const { one } = await setup();
      const when = new Date('2026-01-05T10:00:00.000Z');
      const entry = await one.append({
        ...exampleEvent('run-1'),
        detail: { when, absent: undefined, none: Number.NaN },
      });
      expect(entry.detail).toEqual({ when: when.toISOString(), none: null });
      expect(await allOf(one)).toEqual([entry]);
      expect(firstBroken(await allOf(one), beforeFirst)).toBeUndefined();
    });

    test('refuses an event that is none, and stores nothing of it', async () => {
      const { one } = await setup();
      await expect(one.append({ ...exampleEvent('run-1'), at: 'yesterday' })).rejects.toThrow('at');
      expect(await allOf(one)).toEqual([]);
      expect(await one.append(exampleEvent('run-1'))).toMatchObject({ sequence: 1 });
    });

    test('is one valid chain with nothing lost when two processes append at once', async () => {
      const { one, other } = await setup();
      const appended = await Promise.all(
        Array.from({ length: 120 }, async (_unused, index) =>
          (index % 2 === 0 ? one : other).append(exampleEvent(`run-${index}`)),
        ),
      );
      const entries = await allOf(one);
      expect(firstBroken(entries, beforeFirst)).toBeUndefined();
      expect(entries).toHaveLength(120);
      expect(new Set(entries.map(({ run }) => run)).size).toBe(120);
      expect(entries).toEqual([...appended].sort((left, right) => left.sequence - right.sequence));
    });

    test('gives the entries of one proposal, oldest first', async () => {
      const { one, other } = await setup();
      const first = await one.append(exampleEvent('run-1', 'proposal-1'));
      await other.append(exampleEvent('run-1', 'proposal-2'));
      await other.append(exampleEvent('run-1'));
      const fourth = await other.append(exampleEvent('run-1', 'proposal-1'));
      expect(await one.ofProposal('proposal-1')).toEqual([first, fourth]);
    });

    test('is read a page at a time, from any entry on', async () => {
      const { one } = await setup();
      for (let index = 1; index <= 1100; index += 1) await one.append(exampleEvent(`run-${index}`));
      expect((await allOf(one)).map(({ sequence }) => sequence)).toEqual(
        Array.from({ length: 1100 }, (_unused, index) => index + 1),
      );
      expect((await allOf(one, 1099)).map(({ run }) => run)).toEqual(['run-1099', 'run-1100']);
      expect(await allOf(one, 1101)).toEqual([]);
    });
  });
}
