import { describe, expect, test } from '@jest/globals';
import { renderScreen } from '../../../../src/adapters/slack/blocks/screen.ts';
import { decision, doneScreen, findingScreen, proposalScreen, remedy } from '../samples.ts';
import { outline } from './outline.ts';

const manual = { ...remedy, id: 'kube-ovn/by-hand', how: 'manual' as const, manual: true };
const instructed = { ...findingScreen, finding: { ...findingScreen.finding, remedies: [manual] } };

describe('a finding with a manual fix', () => {
  test('has one button below the instructions while nobody did it', () => {
    const text = outline(renderScreen({ ...instructed, byHand: { [manual.id]: 'r1/f1' } }));
    expect(text.match(/\( I did this \)/g)).toHaveLength(1);
    expect(outline(renderScreen({ ...instructed, byHand: {} }))).not.toContain('I did this');
  });
});

describe('the card of a fix by hand', () => {
  const proposal = { ...proposalScreen.proposal, remedy: manual };

  test('says that it was done by hand, not that it was approved', () => {
    const state = { is: 'applying' as const, decision, says: 'The check is asked again.' };
    const text = outline(renderScreen({ ...proposalScreen, proposal, state }));
    expect(text).toContain('Looking again after a fix by hand');
    expect(text).toContain('Done by hand by <@U0BOLARSEN>');
    expect(text).not.toContain('Approved');
  });

  test('shows what was measured before and after', () => {
    const text = outline(renderScreen({ ...doneScreen, proposal }));
    expect(text).toContain('ready subnets: 3 of 4 → 4 of 4');
  });
});
