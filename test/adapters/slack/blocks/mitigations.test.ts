import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { characters } from '../../../../src/adapters/slack/blocks/compose.ts';
import { limits } from '../../../../src/adapters/slack/blocks/limits.ts';
import { renderScreen } from '../../../../src/adapters/slack/blocks/screen.ts';
import { exampleMitigation } from '../../../contracts/mitigations.ts';
import { outline } from './outline.ts';

const one = { ...exampleMitigation(), owner: 'U0BOLARSEN' };

describe('a mitigation', () => {
  test('says what is to be made permanent, by whom and by when, with its two buttons', () => {
    const text = outline(renderScreen({ screen: 'mitigations', mitigations: [one] }));
    expect(text).toContain('This fix will not last by itself');
    expect(text).toContain('What is left to do: Correct the number in its Helm values.');
    expect(text).toContain('Owner: <@U0BOLARSEN>');
    expect(text).toContain('( I take it )');
    expect(text).toContain('( It is permanent now )');
  });

  test('that is closed says who closed it and why, and has no buttons', () => {
    const closed = { by: 'U0ANACHEN1', at: '2026-01-06T10:00:00.000Z', reason: 'It is in <!channel> Git now.' };
    const text = outline(renderScreen({ screen: 'mitigations', mitigations: [{ ...one, closed }] }));
    expect(text).toContain('@U0ANACHEN1: It is in');
    expect(text).not.toContain('( I take it )');
  });

  test('that is due is told apart from the first message about it', () => {
    expect(renderScreen({ screen: 'mitigations', mitigations: [one], due: true }).text).toContain('permanent by now');
  });
});

test('a list of any length and with any words fits into a message, and says what it leaves out', () => {
  const words = fc.string({ maxLength: 5000, size: 'max' });
  const some = fc.array(fc.record({ does: words, permanent: words, cluster: words, owner: words }), {
    minLength: 1,
    maxLength: 60,
  });
  fc.assert(
    fc.property(some, (given) => {
      const mitigations = given.map((made) => ({ ...one, ...made }));
      const { blocks } = renderScreen({ screen: 'mitigations', mitigations });
      expect(blocks.length).toBeLessThanOrEqual(limits.message.blocks);
      expect(characters(blocks)).toBeLessThanOrEqual(limits.message.characters);
    }),
    { numRuns: 40 },
  );
  const many = Array.from({ length: 60 }, (_unused, index) => ({ ...one, id: `fix-${index}` }));
  expect(outline(renderScreen({ screen: 'mitigations', mitigations: many }))).toMatch(/\d+ mitigations are left out/);
});
