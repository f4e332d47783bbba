import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createScenarios } from '../src/demo-bot.ts';
import { privateRedis } from '../src/local/redis.ts';
import { benchAck } from './ack.ts';
import { benchKnowledge } from './knowledge.ts';
import { benchQueue } from './queue.ts';
import { benchScale } from './scale.ts';

const print = (lines: string[]) => process.stdout.write(`${lines.join('\n')}\n`);

/** Gives a benchmark a Redis and a folder of its own. */
async function withRedis(run: (url: string, folder: string) => Promise<string[]>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'cluster-triage-bench-'));
  const redis = await privateRedis({ folder: join(folder, 'redis') });
  try {
    print(await run(redis.url, folder));
  } finally {
    await redis.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const benchmarks: Readonly<Record<string, () => Promise<void>>> = {
  ack: async () =>
    withRedis(async (url, folder) => {
      const world = join(folder, 'world');
      createScenarios(world, () => undefined);
      return benchAck(world, url);
    }),
  queue: async () => withRedis(async (url) => benchQueue(url)),
  knowledge: async () => benchKnowledge(),
  scale: async () => void print(await benchScale()),
};

/** Prints ratios against a floor measured in the same run; a slow machine slows both. Without a name, all of them. */
const named = process.argv.slice(2);
for (const name of named.length === 0 ? Object.keys(benchmarks) : named) {
  const benchmark = benchmarks[name];
  if (benchmark === undefined) {
    process.stderr.write(`There is no benchmark ${name}. There are: ${Object.keys(benchmarks).join(', ')}.\n`);
    process.exitCode = 64;
    break;
  }
  await benchmark();
}
