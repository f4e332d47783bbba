import { describe, expect, test } from '@jest/globals';
import { withDefaults } from '../../commands/channel-defaults.ts';
import { chatHandlers } from '../../commands/index.ts';
import { Channels, Registration } from '../../src/core/registration.ts';
import { houseOf } from '../app/house-of.ts';

const house = houseOf('kube-ovn/subnet-not-ready/leader-change');
const registrations = ['prod-sh', 'prod-bj'].map((name) => Registration.parse({ name, connect: { inCluster: true } }));
const channels = Channels.parse({
  C0ONCALL00: { cluster: 'prod-sh', namespace: 'shop' },
  C0BEIJING0: { cluster: 'gone' },
});
const known = { ...house, registrations, channels };
const takesNamespace = house.catalogue.playbooks.find(({ takes }) => takes.includes('namespace'))?.id ?? '';

describe('what is usual in a channel', () => {
  test('is taken when nothing else was said, and said to the person who asked', () => {
    expect(withDefaults({ playbook: takesNamespace, target: {} }, 'C0ONCALL00', known)).toEqual({
      cluster: 'prod-sh',
      target: { namespace: 'shop' },
      usual: [
        'No cluster was named, and prod-sh is the usual one of this channel.',
        'It looks at the namespace shop, the usual one of this channel; namespace=* looks at all of them.',
      ],
    });
  });

  test.each([
    ['another cluster is named', { playbook: takesNamespace, cluster: 'prod-bj', target: {} }],
    [
      'every namespace is asked for',
      { playbook: takesNamespace, cluster: 'prod-sh', target: {}, everyNamespace: true },
    ],
    ['the playbook takes no namespace', { playbook: 'subnet', cluster: 'prod-sh', target: {} }],
  ] as const)('narrows nothing when %s', (_when, said) => {
    expect(withDefaults(said, 'C0ONCALL00', known)).toEqual({ cluster: said.cluster, target: {}, usual: [] });
  });

  test('narrows nothing further when a target was said', () => {
    const said = { playbook: takesNamespace, cluster: 'prod-sh', target: { namespace: 'web' } };
    expect(withDefaults(said, 'C0ONCALL00', known)).toMatchObject({ target: { namespace: 'web' }, usual: [] });
  });

  test('leaves the question open in another channel, and when its cluster is not registered any more', () => {
    for (const channel of ['C0OTHER000', 'C0BEIJING0']) {
      expect(withDefaults({ playbook: 'subnet', target: {} }, channel, known).cluster).toBeUndefined();
    }
  });

  test('is used by the command and by a mention, and chosen beforehand in the dialog', async () => {
    const handlers = chatHandlers({ ...known, queue: { ...house.queue, add: async () => 'added' } });
    const asked = { delivery: 'd1', by: { id: 'ana' }, channel: 'C0ONCALL00' };
    const says = {
      reply: 'whisper',
      text: expect.stringMatching(/subnet on prod-sh is queued\. No cluster was named/),
    };
    expect(await handlers.command({ ...asked, command: 'triage', text: 'subnet' })).toEqual(says);
    expect(await handlers.mention({ ...asked, text: 'subnet', thread: '1.2' })).toEqual(says);
    const dialog = await handlers.command({ ...asked, command: 'triage', text: '' });
    expect(dialog).toMatchObject({
      reply: 'form',
      form: { fields: expect.arrayContaining([expect.objectContaining({ name: 'cluster', initial: 'prod-sh' })]) },
    });
  });
});
