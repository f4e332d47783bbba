import { App } from '@slack/bolt';
import type { Block, KnownBlock } from '@slack/types';
import type { Scenario, Workspace, WorkspaceOptions } from '../../src/local/workspace/workspace.ts';
import { modal, silent } from '../local/workspace/bot.ts';

/** Text that would ping, break out of its place or run, were it taken for anything but text. */
export const hostile =
  '<img src=x onerror="document.title=1"> <!channel> `code` *bold* ```fence``` <script>document.title=2</script>';

const plain = (text: string) => ({ type: 'plain_text' as const, text, emoji: true });
const mrkdwn = (text: string) => ({ type: 'mrkdwn' as const, text });

const worlds: Scenario[] = [
  { id: 'healthy', title: 'Everything is well', active: true, detail: 'Nothing to find: every check stays clear.' },
  {
    id: 'stale-leader',
    title: 'The kube-ovn leader is stuck',
    active: false,
    detail: 'New subnets never become ready.',
  },
  { id: 'pool-full', title: '地址池已用尽', active: false, detail: 'Pods wait for an address in tenant-a.' },
];

export function workspaceOptions(): WorkspaceOptions {
  return {
    delivery: { mode: 'socket' },
    rateLimits: true,
    commands: [
      {
        command: '/triage',
        description: 'Look for what is wrong in a cluster, and why.',
        usageHint: '[playbook] [cluster] [key=value]',
        completions: [
          [
            { value: 'subnet', description: 'Subnets that are not ready, or pods without an address' },
            { value: 'apiserver-access', description: 'Pods that cannot reach the API server' },
            { value: 'help', description: 'What you may run, with examples' },
          ],
          [
            { value: 'prod-sh', description: 'production, Shanghai' },
            { value: 'staging', description: 'staging, changes are allowed' },
          ],
        ],
      },
      { command: '/kb', description: 'Search the knowledge base.', usageHint: 'TEXT' },
      {
        command: '/handoff',
        description: 'Hand the open work of your shift to the next person.',
        usageHint: '[@person]',
      },
    ],
    shortcuts: [{ callbackId: 'explain', name: 'Explain this finding' }],
    scenarios: {
      list: async () => await Promise.resolve(worlds),
      async activate(id) {
        for (const [index, world] of worlds.entries()) worlds[index] = { ...world, active: world.id === id };
        return await Promise.resolve();
      },
    },
  };
}

export const progress = (done: boolean): (KnownBlock | Block)[] => [
  { type: 'header', text: plain('Triage of subnets in prod-sh') },
  {
    type: 'section',
    text: mrkdwn(
      done
        ? '*1 root cause* and 1 consequence found, 5 checks clear, 1 unknown.'
        : 'Running: 3 of 7 checks have answered.',
    ),
  },
  {
    type: 'plan',
    title: 'Checks',
    tasks: [
      {
        type: 'task_card',
        task_id: '1',
        title: 'Is one controller the leader, and does it work?',
        status: done ? 'error' : 'in_progress',
      },
      {
        type: 'task_card',
        task_id: '2',
        title: 'Is every subnet ready to be routed on the nodes?',
        status: done ? 'error' : 'pending',
      },
      { type: 'task_card', task_id: '3', title: 'Does every address pool have room?', status: 'complete' },
    ],
  },
  { type: 'context', elements: [mrkdwn('Asked by <@U0ANACHEN1> · kube-ovn v1.12.4 · Kubernetes v1.29.3')] },
];

export const verdict: KnownBlock[] = [
  {
    type: 'alert',
    level: 'error',
    text: mrkdwn(
      '*Root cause:* the leader `kube-ovn-controller-7d4b9c` holds its lease but has not written for *14 minutes*.',
    ),
  },
  {
    type: 'section',
    text: mrkdwn(
      'Two subnets wait for it: `tenant-a` and `tenant-b`.\n> Condition *Ready* is _False_ since <!date^1767607200^{date_short} at {time}|5 January>.\nSee <https://example.com/kb/leader-stuck|Kube-OVN: the leader is stuck> :book: and tell <!subteam^S0APPROVERS>.',
    ),
    accessory: { type: 'overflow', action_id: 'more', options: [{ text: plain('Look again'), value: 'again' }] },
  },
  {
    type: 'section',
    fields: [
      mrkdwn('*Confidence*\n0.92: lease and log agree'),
      mrkdwn('*Severity*\n:red_circle: critical'),
      mrkdwn('*About*\nDeployment `kube-ovn-controller`'),
      mrkdwn('*影响*\n两个子网未就绪，17 个 Pod 等待地址'),
    ],
  },
  {
    type: 'rich_text',
    elements: [
      { type: 'rich_text_section', elements: [{ type: 'text', text: '2 of 2,114 log lines', style: { bold: true } }] },
      {
        type: 'rich_text_preformatted',
        elements: [
          {
            type: 'text',
            text: `2026-01-05T09:46:12Z E0105 leaderelection.go:369] failed to renew lease: timed out\n2026-01-05T09:46:13Z W0105 ${hostile}`,
          },
        ],
      },
      {
        type: 'rich_text_list',
        style: 'bullet',
        elements: [
          {
            type: 'rich_text_section',
            elements: [
              { type: 'text', text: 'Look-alike ruled out: ' },
              { type: 'text', text: 'no upgrade is running', style: { italic: true } },
            ],
          },
        ],
      },
    ],
  },
  {
    type: 'table',
    column_settings: [{ is_wrapped: true }, { align: 'left' }, { align: 'right' }],
    rows: [
      [
        { type: 'raw_text', text: 'Subnet' },
        { type: 'raw_text', text: 'Ready' },
        { type: 'raw_text', text: 'Free addresses' },
      ],
      [
        { type: 'raw_text', text: 'tenant-a' },
        { type: 'raw_text', text: 'False' },
        { type: 'raw_number', value: 250, text: '250' },
      ],
      [
        { type: 'raw_text', text: 'tenant-b' },
        { type: 'raw_text', text: 'False' },
        { type: 'raw_number', value: 61, text: '61' },
      ],
    ],
  },
];

export const proposal: KnownBlock[] = [
  {
    type: 'container',
    title: plain('Hand the leadership to another controller'),
    subtitle: mrkdwn('Risk: low · cannot be undone, and need not be'),
    is_collapsible: true,
    child_blocks: [
      {
        type: 'section',
        text: mrkdwn(
          'Deletes pod `kube-system/kube-ovn-controller-7d4b9c`; its two peers are Ready. Blast radius: *1 pod, 1 node*.',
        ),
      },
      {
        type: 'rich_text',
        elements: [
          {
            type: 'rich_text_preformatted',
            elements: [
              {
                type: 'text',
                text: '- holderIdentity: kube-ovn-controller-7d4b9c\n+ holderIdentity: kube-ovn-controller-x2k8m',
              },
            ],
          },
        ],
      },
    ],
  },
  {
    type: 'actions',
    block_id: 'decide',
    elements: [
      {
        type: 'button',
        action_id: 'approve',
        style: 'primary',
        text: plain('Approve'),
        value: 'p-1',
        confirm: {
          title: plain('Approve this change?'),
          text: mrkdwn('One pod of `kube-ovn-controller` is deleted in *prod-sh*.'),
          confirm: plain('Approve'),
          deny: plain('Not yet'),
        },
      },
      { type: 'button', action_id: 'deny', style: 'danger', text: plain('Deny'), value: 'p-1' },
      {
        type: 'static_select',
        action_id: 'wait',
        placeholder: plain('Ask me later'),
        options: [
          { text: plain('in 5 minutes'), value: '5' },
          { text: plain('in 30 minutes'), value: '30' },
        ],
      },
    ],
  },
];

/** A bot with just enough behaviour to fill the page with everything that the page can show. */
export async function startSampleBot(workspace: Workspace): Promise<App> {
  const app = new App({
    token: workspace.botToken,
    appToken: workspace.appToken,
    socketMode: true,
    clientOptions: { slackApiUrl: workspace.apiUrl },
    convoStore: false,
    logger: silent,
  });
  app.command('/triage', async ({ command, ack, client }) => {
    if (command.text === '') {
      await ack();
      await client.views.open({ trigger_id: command.trigger_id, view: modal('Triage a cluster') });
      return;
    }
    await ack(`Looking at subnets of *prod-sh*, <@${command.user_id}>. Follow the thread.`);
    const channel = command.channel_id;
    const { ts = '' } = await client.chat.postMessage({ channel, text: 'Triage of subnets', blocks: progress(false) });
    await client.chat.postMessage({ channel, thread_ts: ts, text: 'The leader is stuck', blocks: verdict });
    await client.filesUploadV2({
      channel_id: channel,
      thread_ts: ts,
      filename: 'evidence.txt',
      title: 'The full evidence',
      content: Array.from({ length: 60 }, (_, line) => `line ${line + 1} ${hostile}`).join('\n'),
    });
    await client.chat.postMessage({ channel, thread_ts: ts, text: 'A fix is ready', blocks: proposal });
    await client.chat.update({ channel, ts, text: 'Triage of subnets', blocks: progress(true) });
  });
  app.action('approve', async ({ ack, body, client }) => {
    await ack();
    if (body.type !== 'block_actions' || body.message === undefined || body.channel === undefined) return;
    const text = `:white_check_mark: *Approved by <@${body.user.id}>*, applied, and looked at again: *resolved*. Subnets that are not ready: 2 → 0.`;
    await client.chat.update({
      channel: body.channel.id,
      ts: body.message['ts'],
      text,
      blocks: [{ type: 'alert', level: 'success', text: mrkdwn(text) }],
    });
  });
  app.options('subnet', async ({ options, ack }) => {
    const names = ['ovn-default', 'join', 'tenant-a', 'tenant-b'].filter((name) => name.includes(options.value));
    await ack({ options: names.map((name) => ({ text: plain(name), value: name })) });
  });
  app.view('triage', async ({ ack, view }) => {
    const reason = view.state.values['reason']?.['text']?.value ?? '';
    await ack(
      reason.length < 4 ? { response_action: 'errors', errors: { reason: 'Please say a little more.' } } : undefined,
    );
  });
  app.action(/.*/, async ({ ack }) => await ack());
  app.event('app_mention', async ({ event, say }) => {
    await say({ thread_ts: event.thread_ts ?? event.ts, text: `You said: ${event.text}` });
  });
  app.event('app_home_opened', async ({ event, client }) => {
    await client.views.publish({
      user_id: event.user,
      view: {
        type: 'home',
        blocks: [
          { type: 'header', text: plain('Waiting for your approval') },
          {
            type: 'section',
            text: mrkdwn('*Hand over the leadership* in prod-sh\nAsked by <@U0ANACHEN1>, expires in 20 minutes.'),
            accessory: { type: 'button', text: plain('Look'), action_id: 'look' },
          },
          { type: 'divider' },
          { type: 'header', text: plain('Clusters') },
          {
            type: 'section',
            fields: [
              mrkdwn('*prod-sh*\n:large_green_circle: reachable'),
              mrkdwn('*staging*\n:red_circle: no answer for 12 minutes'),
            ],
          },
        ],
      },
    });
  });
  await app.start();
  return app;
}
