import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createScenarios } from '../src/demo-bot.ts';
import { privateRedis } from '../src/local/redis.ts';
import { benchAck } from './ack.ts';
import { benchKnowledge } from './knowledge.ts';
import { benchQueue } from './queue.ts';

/** Prints ratios against a floor measured in the same run; a slow machine slows both. */
const folder = mkdtempSync(join(tmpdir(), 'cluster-triage-bench-'));
const redis = await privateRedis({ folder: join(folder, 'redis') });
const world = join(folder, 'world');
createScenarios(world, () => undefined);
const print = (lines: string[]) => process.stdout.write(`${lines.join('\n')}\n`);
try {
  print(await benchAck(world, redis.url));
  print(await benchQueue(redis.url));
  await benchKnowledge();
} finally {
  await redis.stop();
  rmSync(folder, { recursive: true, force: true });
}
