import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { decide } from '../src/app/decide.ts';
import { showDraft } from '../src/app/draft.ts';
import { remediate } from '../src/app/remediate.ts';
import { showProposal } from '../src/app/show.ts';
import { triage } from '../src/app/triage.ts';
import { Policy } from '../src/core/policy.ts';
import type { World } from '../src/core/world.ts';
import { type Stage, setStage } from './adapters/slack/stage.ts';
import { aContext, aJob, houseOf, people } from './app/house-of.ts';
import { worldNames } from './checks/worlds.ts';

const secrets = ['hunter2', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJyb290In0.c2lnbmF0dXJlLW9mLXJvb3Q', 'MIIEpAIBAAKCAQEA7'];
const poison = [
  '<!channel> <@U0BOLARSEN> <https://evil.example|kubectl>',
  '```\u001B[31mred\u001B[0m *bold* `x`',
  `Authorization: Bearer ${secrets[1]}`,
  'password=hunter2 postgres://kong:hunter2@db/kong',
  `-----BEGIN RSA PRIVATE KEY----- ${secrets[2]} -----END RSA PRIVATE KEY-----`,
].join(' ');

let stage: Stage;
beforeEach(async () => {
  stage = await setStage();
});
afterEach(async () => stage.close());

/** Adds the poison to every log line and message of a condition, and a megabyte of text to one line. */
function poisoned(world: World): World {
  const poisonObject = (value: unknown, key = ''): unknown => {
    if (Array.isArray(value)) return value.map((part) => poisonObject(part));
    if (value !== null && typeof value === 'object')
      return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, poisonObject(part, name)]));
    return key === 'message' && typeof value === 'string' ? `${value} ${poison}` : value;
  };
  return {
    ...world,
    objects: world.objects.map((object) => poisonObject(object) as World['objects'][number]),
    logs: world.logs.map((log) => ({
      ...log,
      lines: log.lines.map((line, index) => `${line} ${poison}${index === 0 ? 'x'.repeat(1_000_000) : ''}`),
    })),
  };
}

/** Adds the poison to every annotation and every value of a ConfigMap too: what anybody may write who owns an object. */
function poisonedByOwners(world: World): World {
  const poisonEach = (values: unknown): unknown =>
    values !== null && typeof values === 'object'
      ? Object.fromEntries(
          Object.entries(values).map(([key, text]) => [key, typeof text === 'string' ? `${text} ${poison}` : text]),
        )
      : values;
  const change = poisoned(world);
  const objects = change.objects.map(({ metadata, data, ...rest }) => {
    const { annotations, ...named } = metadata;
    return {
      ...rest,
      metadata: { ...named, ...(annotations === undefined ? {} : { annotations: poisonEach(annotations) }) },
      ...(data === undefined ? {} : { data: poisonEach(data) }),
    };
  });
  return { ...change, objects };
}

/** Every string that Slack would read as markup. */
function markup(part: unknown): string[] {
  if (Array.isArray(part)) return part.flatMap(markup);
  if (part === null || typeof part !== 'object') return [];
  const own = 'type' in part && part.type === 'mrkdwn' && 'text' in part ? [String(part.text)] : [];
  return [...own, ...Object.values(part).flatMap(markup)];
}

describe.each(['kube-ovn/subnet-not-ready/leader-change', ...worldNames.filter((name) => name.endsWith('/hostile'))])(
  'a hostile cluster (%s)',
  (name) => {
    test.each([
      ['in logs and messages', poisoned, 3],
      // A check that cannot make sense of an annotation any more says unknown, and there is no finding to show.
      ['in annotations and ConfigMaps as well', poisonedByOwners, 2],
    ])('pings nobody, leaks nothing and keeps every limit of Slack: %s', async (_where, change, least) => {
      const house = { ...houseOf(name, { change }), chat: stage.chat };
      await triage({ ...aJob, playbook: 'all', place: { channel: 'C0ONCALL00' } }, house, aContext());
      for (const proposal of (await house.records.run('r1'))?.proposals ?? []) await showProposal(proposal, house);
      const messages = stage.workspace.messages('oncall');
      const files = stage.workspace.files().map(({ content }) => content?.toString('utf8') ?? '');
      const everything = [JSON.stringify(messages), ...files].join('\n');
      expect(messages.length).toBeGreaterThanOrEqual(least);
      for (const secret of secrets) expect(everything).not.toContain(secret);
      expect(everything).not.toContain('\u001B');
      for (const message of messages) {
        const read = [message.text, ...markup(message.blocks)].join('\n');
        expect(read).not.toMatch(/<!(channel|here|everyone)|<@U0BOLARSEN>|<https:\/\/evil/);
      }
      // The workspace enforces Slack's limits: what it refused would have been a fallback, and is in the log.
      expect(stage.lines.filter(({ level }) => level !== 'info')).toEqual([]);
    });
  },
);

test('a hostile cluster whose fault is fixed gets no secret into the ledger, the thread, the draft or a file', async () => {
  const faulty = 'kube-ovn/subnet-not-ready/leader-change';
  const policies = { default: Policy.parse({ approvers: ['bo'] }) };
  const house = { ...houseOf(faulty, { change: poisoned }), policies, chat: stage.chat };
  await triage({ ...aJob, place: { channel: 'C0ONCALL00' } }, house, aContext());
  const [proposal = ''] = (await house.records.run('r1'))?.proposals ?? [];
  const standingOf = async () => 'member' as const;
  const deciding = { ...house, chat: { ...house.chat, standingOf } };
  expect(await decide({ proposal, by: people.bo, is: 'approved' }, deciding)).toMatchObject({ taken: true });
  await remediate(proposal, deciding, aContext());
  expect((await house.records.proposal(proposal))?.state).toMatchObject({ is: 'done', proof: { outcome: 'resolved' } });
  await showDraft({ show: 'draft', run: 'r1', language: 'en', revision: 'first', by: 'ana' }, house);

  const files = stage.workspace.files().map(({ content }) => content?.toString('utf8') ?? '');
  expect(files.length).toBeGreaterThan(1);
  const ledger = await Array.fromAsync(house.ledger.read());
  expect(ledger.map(({ event }) => event)).toEqual(
    expect.arrayContaining(['reported', 'intended', 'changed', 'proved']),
  );
  const kept = [stage.workspace.messages('oncall'), ledger, await house.records.run('r1'), stage.lines];
  const everything = [...kept.map((part) => JSON.stringify(part)), ...files].join('\n');
  for (const secret of secrets) expect(everything).not.toContain(secret);
});
