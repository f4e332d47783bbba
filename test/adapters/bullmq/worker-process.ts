import { startWorkers } from '../../../src/adapters/bullmq/workers.ts';
import { connectRedis } from '../../../src/adapters/redis/connect.ts';
import { JobStopped } from '../../../src/ports/queue.ts';
import { handlersOf } from './examinee.ts';

// A worker in a process of its own, whose triage jobs run until they are stopped. It says what happens, a line each.
const [url = '', prefix = ''] = process.argv.slice(2);
const say = (line: string) => process.stdout.write(`${line}\n`);

const workers = startWorkers(
  handlersOf({
    triage: async (_payload, { key, attempt, signal }) => {
      say(`begins ${key} ${attempt}`);
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      say(`stops ${key} ${signal.reason instanceof JobStopped ? signal.reason.because : 'for no reason'}`);
      signal.throwIfAborted();
    },
  }),
  { connection: connectRedis({ url }), prefix, onTrouble: (error) => say(`trouble ${error.message}`) },
);

process.once('SIGTERM', () => {
  void workers.close(200).then(() => process.exit(0));
});
