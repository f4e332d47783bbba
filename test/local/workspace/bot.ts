import { App, type Logger, type LogLevel } from '@slack/bolt';
import { startWorkspace, type Workspace, type WorkspaceOptions } from '../../../src/local/workspace/workspace.ts';

/** For clients whose complaints are the point of the test. */
export const silent: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => 'error' as LogLevel,
  setName: () => undefined,
};

export type Rig = { readonly workspace: Workspace; readonly app: App; readonly close: () => Promise<void> };

type RigOptions = Partial<Omit<WorkspaceOptions, 'delivery'>> & {
  readonly mode?: 'socket' | 'http';
  readonly botSigningSecret?: string;
};

/** A workspace and the real Bolt app, connected to each other. `listen` registers the app's listeners before it starts. */
export async function rig(
  listen: (app: App) => void,
  { mode = 'socket', botSigningSecret, ...options }: RigOptions = {},
): Promise<Rig> {
  let port = 0;
  const delivery =
    mode === 'socket' ? ({ mode } as const) : ({ mode, url: () => `http://127.0.0.1:${port}/slack/events` } as const);
  const workspace = await startWorkspace({ ...options, delivery });
  const app = new App({
    token: workspace.botToken,
    signingSecret: botSigningSecret ?? workspace.signingSecret,
    ...(mode === 'socket' ? { socketMode: true, appToken: workspace.appToken } : {}),
    clientOptions: {
      slackApiUrl: workspace.apiUrl,
      retryConfig: { retries: 0 },
      timeout: 4000,
      rejectRateLimitedCalls: true,
    },
    convoStore: false,
    logger: silent,
  });
  listen(app);
  const server = await app.start(0);
  const address = server !== undefined && 'address' in server ? server.address() : null;
  if (address !== null && typeof address === 'object') port = address.port;
  const close = async (): Promise<void> => {
    await app.stop();
    await workspace.close();
  };
  return { workspace, app, close };
}

export function section(text: string): { type: 'section'; text: { type: 'mrkdwn'; text: string } } {
  return { type: 'section', text: { type: 'mrkdwn', text } };
}

export function button(text: string, actionId: string, value = 'v') {
  return { type: 'button' as const, text: { type: 'plain_text' as const, text }, action_id: actionId, value };
}

export function modal(title = 'Triage') {
  return {
    type: 'modal' as const,
    callback_id: 'triage',
    title: { type: 'plain_text' as const, text: title },
    submit: { type: 'plain_text' as const, text: 'Run' },
    notify_on_close: true,
    blocks: [
      {
        type: 'input' as const,
        block_id: 'reason',
        label: { type: 'plain_text' as const, text: 'Reason' },
        element: { type: 'plain_text_input' as const, action_id: 'text', max_length: 20 },
      },
      {
        type: 'input' as const,
        block_id: 'subnet',
        optional: true,
        label: { type: 'plain_text' as const, text: 'Subnet' },
        element: { type: 'external_select' as const, action_id: 'subnet', min_query_length: 0 },
      },
    ],
  };
}
