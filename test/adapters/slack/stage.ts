import { createChat, type SlackChat } from '../../../src/adapters/slack/chat.ts';
import { createGateway, type Gateway, type GatewayOptions } from '../../../src/adapters/slack/gateway.ts';
import type { Logger } from '../../../src/adapters/slack/logger.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { startWorkspace, type Workspace, type WorkspaceOptions } from '../../../src/local/workspace/workspace.ts';
import type { ChatHandlers, Reply } from '../../../src/ports/chat.ts';
import type { Outbox } from '../../../src/ports/outbox.ts';
import { createMemoryOutbox } from './memory-outbox.ts';

export const oncall = 'C0ONCALL00';
export const ana = 'U0ANACHEN1';
export const bo = 'U0BOLARSEN';

export const triageCommand = {
  name: 'triage',
  summary: 'Looks for the cause of a fault.',
  usageHint: '[playbook] [cluster]',
  examples: ['', 'subnet prod-sh'],
};

export type LogLine = { readonly level: 'info' | 'warn' | 'error'; readonly message: string };

export function createTestLogger(): { logger: Logger; lines: LogLine[] } {
  const lines: LogLine[] = [];
  const put = (level: LogLine['level']) => (message: string) => void lines.push({ level, message });
  return { lines, logger: { info: put('info'), warn: put('warn'), error: put('error') } };
}

const silent: Reply = { reply: 'nothing' };
export const quiet: ChatHandlers = {
  command: async () => silent,
  mention: async () => silent,
  press: async () => silent,
  submit: async () => silent,
  home: async () => ({ approvals: [], runs: [], freezes: [], mitigations: [], clusters: [], unknown: {} }),
};

export type Stage = {
  readonly workspace: Workspace;
  readonly chat: SlackChat;
  readonly outbox: ReturnType<typeof createMemoryOutbox>;
  readonly lines: LogLine[];
  /** A gateway that listens over a socket; stopped with the stage. */
  listen(handlers: Partial<ChatHandlers>, options?: Partial<GatewayOptions>): Promise<Gateway>;
  /** Another process, with the same outbox and server unless told. */
  another(given?: { outbox?: Outbox; apiUrl?: string }): SlackChat;
  stopListening(): Promise<void>;
  close(): Promise<void>;
};

/** A workspace and our adapter on it, as they are in production but for the outbox, which is in memory. */
export async function setStage(options: Partial<WorkspaceOptions> = {}): Promise<Stage> {
  const workspace = await startWorkspace({ delivery: { mode: 'socket' }, ...options });
  const { lines, logger } = createTestLogger();
  const outbox = createMemoryOutbox();
  const another = (given: { outbox?: Outbox; apiUrl?: string } = {}): SlackChat =>
    createChat({
      token: workspace.botToken,
      slackApiUrl: given.apiUrl ?? workspace.apiUrl,
      outbox: given.outbox ?? outbox,
      clock: systemClock,
      logger,
    });
  const chat = another();
  const gateways: Gateway[] = [];
  const stopListening = async (): Promise<void> => {
    await Promise.all(gateways.map(async (gateway) => gateway.stop(1_000)));
  };
  return {
    workspace,
    chat,
    outbox,
    lines,
    another,
    async listen(handlers, more = {}) {
      const gateway = createGateway({
        handlers: { ...quiet, ...handlers },
        delivery: { mode: 'socket', appToken: workspace.appToken },
        token: workspace.botToken,
        slackApiUrl: workspace.apiUrl,
        commands: [triageCommand],
        clock: systemClock,
        logger,
        chat,
        ...more,
      });
      gateways.push(gateway);
      await gateway.start();
      return gateway;
    },
    stopListening,
    async close() {
      await stopListening();
      await workspace.close();
    },
  };
}
