import { describe, expect, test } from '@jest/globals';
import { canonicalJson } from '../../src/core/canonical-json.ts';
import { differences } from '../../src/core/difference.ts';
import { proposalDigest, whatMoved } from '../../src/core/proposal.ts';
import { aProposal } from '../fixtures.ts';

describe('the digest of a proposal', () => {
  const shown = aProposal();

  test('is the same for the same plan, whatever the order of its fields', () => {
    const shuffled = Object.fromEntries(Object.entries(shown).toReversed()) as typeof shown;
    expect(proposalDigest(shuffled)).toBe(proposalDigest(shown));
  });

  test.each([
    [
      'the uid of the target',
      {
        ...shown,
        remedy: {
          ...shown.remedy,
          steps: [{ does: 'x', change: { ...shown.remedy.steps[0]!.change!, uid: 'other' } }],
        },
      },
    ],
    ['the dry run', { ...shown, dryRuns: [{ change: 'delete Pod', diff: ['- something else'] }] }],
    ['the version of the playbook', { ...shown, playbook: { id: 'subnet', version: 2 } }],
    ['the cluster', { ...shown, cluster: 'prod-bj' }],
    ['what the finding is about', { ...shown, about: { ...shown.about, name: 'other' } }],
  ])('changes with %s, and what moved is said', (_what, now) => {
    expect(proposalDigest(now)).not.toBe(proposalDigest(shown));
    expect(whatMoved(shown, now).length).toBeGreaterThan(0);
  });

  test('does not change with who would take the change back, which could not be read this time', () => {
    const reversals = [{ change: 'patch ConfigMap a', is: 'unknown' as const, says: 'It could not be looked at.' }];
    const now = { ...shown, reversals };
    expect(proposalDigest(now)).toBe(proposalDigest(shown));
  });

  test('does not change with a sentence that only tells the time', () => {
    expect(proposalDigest({ ...shown, remedy: { ...shown.remedy, effect: 'Other words.' } })).toBe(
      proposalDigest(shown),
    );
  });
});

test('canonical JSON sorts the keys of every level and keeps the order of lists', () => {
  expect(canonicalJson({ b: [{ d: 1, c: 2 }], a: undefined })).toBe('{"b":[{"c":2,"d":1}]}');
});

describe('the difference of two objects', () => {
  test('names the fields that change and leaves out what the server changes on every write', () => {
    const before = { metadata: { name: 'a', resourceVersion: '1' }, spec: { replicas: 0, paused: true } };
    const after = { metadata: { name: 'a', resourceVersion: '2' }, spec: { replicas: 1 } };
    expect(differences(before, after)).toEqual(['- spec.paused: true', '- spec.replicas: 0', '+ spec.replicas: 1']);
  });

  test('shows no secret', () => {
    expect(differences({ data: {} }, { data: { password: 'hunter2' } }).join('\n')).not.toContain('hunter2');
  });
});
