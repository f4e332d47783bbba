import { WrongUsage } from '../../src/core/errors.ts';
import { privateRedis } from '../../src/local/redis.ts';

// Starts a private Redis as the bot does, prints what came of it as JSON, and stays with it when it is asked to.
const [folder = '', then = 'stay'] = process.argv.slice(2);
const said: string[] = [];
const print = (outcome: object) => process.stdout.write(`${JSON.stringify({ ...outcome, said })}\n`);

try {
  const { url, pid, stop } = await privateRedis({ folder, say: (sentence) => said.push(sentence) });
  print({ url, pid });
  if (then === 'stay') setInterval(() => {}, 1000);
  else await stop();
} catch (error) {
  if (!(error instanceof WrongUsage)) throw error;
  print({ refused: error.message, next: error.next });
}
