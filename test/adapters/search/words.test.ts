import { describe, expect, test } from '@jest/globals';
import { learnWords } from '../../../src/adapters/search/learn.ts';
import { createLexicon, formTerm, glossary } from '../../../src/adapters/search/lexicon.ts';
import { kindOf, understand } from '../../../src/adapters/search/question.ts';
import { stem } from '../../../src/adapters/search/stem.ts';
import { createTokeniser } from '../../../src/adapters/search/tokenise.ts';
import { createVocabulary, passingVocabulary } from '../../../src/adapters/search/vocabulary.ts';

function termsOf(text: string): string[] {
  const vocabulary = createVocabulary();
  const terms: string[] = [];
  createTokeniser(vocabulary)(text, (term) => terms.push(vocabulary.term(term)));
  return terms;
}

describe('a stem', () => {
  test.each([
    ['restart', 'restarting restarted restarts'],
    ['alloc', 'allocate allocated allocation allocations'],
    ['address', 'addresses'],
    ['policy', 'policies'],
    ['drop', 'dropped dropping drops'],
    ['ip', 'ips'],
  ])('%s is shared by %s', (shared, forms) => {
    expect(new Set(forms.split(' ').map(stem))).toEqual(new Set([stem(shared)]));
  });

  test.each([
    ['controller', 'control'],
    ['dns', 'dn'],
    ['status', 'statu'],
    ['process', 'proces'],
  ])('of %s is not %s', (word, other) => {
    expect(stem(word)).not.toBe(other);
  });
});

describe('a text', () => {
  test('gives identifiers whole and in parts', () => {
    expect(termsOf('kube-ovn-controller NetworkPluginNotReady')).toEqual([
      'kube-ovn-controller',
      'kub',
      'ovn',
      'controller',
      'networkpluginnotready',
      'network',
      'plugin',
      'not',
      'ready',
    ]);
  });

  test('takes an abbreviation with the ending of a word for one word', () => {
    expect(termsOf('SNATed PVCs OOMKilled')).toEqual([
      ...termsOf('SNAT'),
      ...termsOf('PVC'),
      'oomkilled',
      'oom',
      'kill',
    ]);
  });

  test('gives every pair of neighbouring Chinese characters', () => {
    expect(termsOf('子网未就绪')).toEqual(['子网', '网未', '未就', '就绪']);
  });

  test('keeps ports and whole addresses, not the numbers in times', () => {
    expect(termsOf('10.43.0.1:443 at 08:15:21, thread 1234567')).toEqual(['10.43.0.1', '443', 'thread']);
  });

  test('leaves out where a link leads, not what it says', () => {
    expect(termsOf('[the drawing](https://example.com/secret/place)')).toEqual([stem('drawing')]);
  });
});

describe('a lexicon', () => {
  test('says in the other language what a word or a phrase of several words says', () => {
    const vocabulary = createVocabulary();
    const lexicon = createLexicon(vocabulary);
    const others = (term: string) =>
      lexicon.alternatives(vocabulary.known(term) ?? -1).map((one) => vocabulary.term(one.term));
    expect(others('子网')).toContain('subnet');
    expect(others('networkpolicy')).toContain('网络策略');
    expect(others('网络策略')).toContain('networkpolicy');
  });

  test('hears a phrase where its words stand next to each other', () => {
    const vocabulary = createVocabulary();
    const lexicon = createLexicon(vocabulary);
    const heard: string[] = [];
    const words = ['network', 'policy', 'network'].map((word) => vocabulary.number(word));
    lexicon.withPhrases(words, (term) => heard.push(vocabulary.term(term)));
    expect(heard).toContain('networkpolicy');
    expect(heard.filter((term) => term === 'networkpolicy')).toHaveLength(1);
  });
});

describe('learning words', () => {
  test('finds which words say the same from sentences that do', () => {
    const pairs = [
      ['The gateway is down', '网关故障'],
      ['Restart the gateway', '重启网关'],
      ['The gateway has a new address', '网关地址更新'],
      ['Restart the node', '重启节点'],
      ['The node has an address', '节点地址'],
      ['Restart the database', '重启数据库'],
      ['The address of the database', '数据库地址'],
      ['The node is down', '节点故障'],
    ] as const;
    const learned = new Map(
      learnWords([...pairs, ...pairs]).map(([english, chinese]) => [`${english} ${chinese}`, true]),
    );
    expect(learned.has('gateway 网关')).toBe(true);
    expect(learned.has('restart 重启')).toBe(true);
    expect(learned.has('gateway 重启')).toBe(false);
  });
});

describe('the kind of a question', () => {
  test.each([
    ['logline', 'E0312 09:51:07.118223       7 pod.go:611] failed to create port web-0: duplicate address'],
    ['logline', 'time="2026-01-01T01:02:03Z" level=error msg="no route"'],
    ['logline', 'Warning FailedMount: cannot attach the volume'],
    ['finding', 'Subnet ovn-default not ready; kube-ovn-controller leader changed 3 times in 1h; kube-ovn v1.9.8'],
    ['finding', 'Alert KubeNodeNotReady firing on worker-3 for 9m'],
    ['freetext', 'pods lost access to the API server and kept restarting'],
    ['freetext', '子网一直没就绪，节点上没有路由'],
  ])('is %s for %j', (kind, text) => {
    expect(kindOf(text)).toBe(kind);
  });
});

describe('the words of a question', () => {
  const weights = (text: string, known: readonly string[]) => {
    const vocabulary = createVocabulary();
    const lexicon = createLexicon(vocabulary);
    for (const term of known) vocabulary.number(term);
    const { concepts } = understand(text, { vocabulary, lexicon, spelledLike: () => [] });
    return concepts.map(({ weight }) => weight);
  };

  test('that make up a known name count less than the name, and in full when no article holds it', () => {
    const [whole = 0, ...pieces] = weights('FrobSandCastle', ['frobsandcastle']);
    expect(pieces.every((weight) => weight < whole / 2)).toBe(true);
    expect(weights('FrobSandCastle', []).slice(1)).toEqual([1, 1, 1]);
  });

  test('that a hyphen joins count more than the two together', () => {
    const [whole = 1, ...pieces] = weights('frob-castle', []);
    expect(pieces.every((weight) => weight > whole)).toBe(true);
  });

  test('are counted once where a longer phrase holds a shorter one', () => {
    const vocabulary = createVocabulary();
    const lexicon = createLexicon(vocabulary);
    const { concepts } = understand('dns cache', { vocabulary, lexicon, spelledLike: () => [] });
    expect(concepts.filter(({ asked }) => asked.startsWith('dns ca'))).toHaveLength(1);
  });

  test('are forgotten with it', () => {
    const vocabulary = createVocabulary();
    vocabulary.number('subnet');
    const passing = passingVocabulary(vocabulary);
    expect(passing.term(passing.number('never-seen-before'))).toBe('never-seen-before');
    expect(passing.number('subnet')).toBe(vocabulary.known('subnet'));
    expect(vocabulary.size()).toBe(1);
  });
});

describe('the glossary', () => {
  test('has no form that stop words or single characters leave nothing of', () => {
    const vocabulary = createVocabulary();
    const forms = glossary.flatMap((group) => group.split(/[|,]/).map((form) => form.trim()));
    const lost = forms.filter((form) => form !== '' && formTerm(form, vocabulary, new Map()) === undefined);
    expect(lost).toEqual([]);
  });

  test.each([
    ['the gateway is unreachable', 'freetext', 0.7],
    ['Gateway gw-1 unreachable; 3 nodes affected', 'finding', 0.21],
    ['E0312 09:51:07.118223       7 probe.go:61] gateway unreachable', 'logline', undefined],
  ])('takes other words for those of %j, a %s, with a weight of %s', (text, kind, weight) => {
    const vocabulary = createVocabulary();
    const question = understand(text, { vocabulary, lexicon: createLexicon(vocabulary), spelledLike: () => [] });
    const { terms = [] } = question.concepts.find(({ asked }) => asked === 'unreachable') ?? {};
    const weights = new Map(terms.map((one) => [vocabulary.term(one.term), one.weight]));
    expect(question.kind).toBe(kind);
    expect(weights.get(stem('inaccessible'))).toBe(weight);
    // What a machine prints may stand in an article of the other language all the same.
    expect(weights.get('不可达')).toBe(0.9);
  });
});
