import { setTimeout as pause } from 'node:timers/promises';

const quietMilliseconds = 5;
const patienceMilliseconds = 200;

/**
 * Lets the deliveries that come at the same moment be acknowledged before any of them is worked on: work is begun
 * once no delivery has come for a few milliseconds. Slack counts the seconds until the acknowledgement, not until the
 * answer.
 */
export function createOthersFirst(): () => Promise<void> {
  let latest = 0;
  return async () => {
    const begin = performance.now();
    latest = begin;
    do await pause(quietMilliseconds);
    while (performance.now() - latest < quietMilliseconds && performance.now() - begin < patienceMilliseconds);
  };
}
