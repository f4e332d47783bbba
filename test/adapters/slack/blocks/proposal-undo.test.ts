import { describe, expect, test } from '@jest/globals';
import { renderScreen, renderShorter } from '../../../../src/adapters/slack/blocks/screen.ts';
import type { ProposalScreen } from '../../../../src/core/screen.ts';
import { doneScreen, proposal, proposalScreen } from '../samples.ts';
import { outline } from './outline.ts';

const shown = (screen: ProposalScreen): string => outline(renderScreen(screen));

describe('the card of a fix that has ended', () => {
  test('offers Undo when it can be taken back, and in the shorter form too', () => {
    expect(shown({ ...doneScreen, undo: 'possible' })).toContain('( Undo )');
    expect(outline(renderShorter({ ...doneScreen, undo: 'possible' }))).toContain('( Undo )');
  });

  test.each([
    ['not-possible', 'What was done'],
    ['open', 'Undoing it is offered in this thread.'],
    ['undone', 'This fix was undone, in this thread.'],
  ] as const)('has no such button when undoing is %s', (undo, says) => {
    const text = shown({ ...doneScreen, undo });
    expect(text).not.toContain('( Undo )');
    expect(text).toContain(says);
  });
});

test('the card of an undo says what it is before anything else', () => {
  expect(shown({ ...proposalScreen, proposal: { ...proposal, undoes: 'p-0' } })).toMatch(
    /^notification: ↩️ Proposed undo/,
  );
});
