import { createHash } from 'node:crypto';
import { answerWithinMilliseconds, type RedisConnection } from './connect.ts';

/** A Lua script: Redis runs it as one step, so nobody sees or changes anything in between. */
export type Script = { readonly source: string; readonly sha: string };

export function script(source: string): Script {
  return { source, sha: createHash('sha1').update(source).digest('hex') };
}

/** Runs a script by its hash, and sends its text when the server does not know it (after a restart or failover). */
export async function runScript(
  connection: RedisConnection,
  { source, sha }: Script,
  keys: readonly string[],
  values: readonly (string | number)[],
  withinMilliseconds: number = answerWithinMilliseconds,
): Promise<unknown> {
  const { client } = connection;
  return connection.within(withinMilliseconds, async () => {
    try {
      return await client.evalsha(sha, keys.length, ...keys, ...values);
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return client.eval(source, keys.length, ...keys, ...values);
    }
  });
}
