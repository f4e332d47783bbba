import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createLineMirror } from '../../../src/adapters/system/line-mirror.ts';
import { mirroredLedger } from '../../../src/app/mirrored-ledger.ts';
import { exampleEvent } from '../../contracts/ledger.ts';
import { createMemoryLedger } from '../../memory/ledger.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'triage-mirror-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the mirror of a ledger', () => {
  test('holds each entry once, in the order of the chain', async () => {
    const file = join(folder, 'ledger.jsonl');
    const mirror = createLineMirror(file, (error) => {
      throw error;
    });
    const ledger = mirroredLedger(createMemoryLedger(), mirror.write);
    const entries = await Promise.all(['a', 'b', 'c'].map(async (run) => ledger.append(exampleEvent(run))));
    await mirror.close();
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual(entries);
  });

  test('that cannot be written is told of, and the chain goes on', async () => {
    const troubles: unknown[] = [];
    const mirror = createLineMirror(join(folder, 'no-such-folder/ledger.jsonl'), (error) => troubles.push(error));
    const ledger = mirroredLedger(createMemoryLedger(), mirror.write);
    await ledger.append(exampleEvent('a'));
    expect(await ledger.append(exampleEvent('b'))).toMatchObject({ sequence: 2 });
    await mirror.close();
    expect(troubles).toHaveLength(2);
  });
});
