import type { Clock } from '../../../ports/clock.ts';
import type { Outbox } from '../../../ports/outbox.ts';
import type { Logger } from '../logger.ts';
import type { Client } from './client.ts';
import type { Patience } from './patience.ts';

/** What everything that goes out to Slack needs. */
export type Outgoing = {
  readonly client: Client;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly patience: Patience;
};
