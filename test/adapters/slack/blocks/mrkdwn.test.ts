import { describe, expect, test } from '@jest/globals';
import { mention, moment, typed, unescape, withMentions } from '../../../../src/adapters/slack/blocks/mrkdwn.ts';

test.each([
  ['<@U0BOLARSEN|bo> takes over', '@U0BOLARSEN takes over'],
  ['in <#C0ONCALL00|oncall>', 'in #C0ONCALL00'],
  ['<!subteam^S0APPROVERS|@network-approvers>', '@S0APPROVERS'],
  ['<!channel> and <!here>', '@channel and @here'],
  ['<http://prod-sh.example|prod-sh.example>', 'prod-sh.example'],
  ['<https://kb.example/a>', 'https://kb.example/a'],
  ['<mailto:ana@x.example|ana@x.example>', 'ana@x.example'],
  ['a &lt;b&gt; &amp;lt; c', 'a <b> &lt; c'],
])('takes back what Slack makes of %j', (sent, wrote) => {
  expect(unescape(sent)).toBe(wrote);
});

test.each([
  ['prod \u2014all', 'prod --all'],
  ['\u2013\u2013 a \u2014 b', '\u2013\u2013 a \u2014 b'],
  ['reason=\u201Cit\u2019s late\u201D', 'reason="it\'s late"'],
  ['subnet\u00A0prod-sh ', 'subnet prod-sh'],
])('takes back what a phone makes of %j', (sent, wrote) => {
  expect(typed(sent)).toBe(wrote);
});

test('mentions people only by what is a person', () => {
  expect(mention('U0BOLARSEN')).toBe('<@U0BOLARSEN>');
  expect(mention('U1> <!channel')).toBe('U1&gt; &lt;!channel');
  expect(withMentions('<@U0BOLARSEN> of <!subteam^S0APPROVERS> or <!everyone> or <https://x|y>')).toBe(
    '<@U0BOLARSEN> of <!subteam^S0APPROVERS> or &lt;!everyone&gt; or &lt;https://x|y&gt;',
  );
});

describe('a moment', () => {
  test('is shown in the time zone of the reader', () => {
    expect(moment('2026-01-05T10:00:00Z')).toBe('<!date^1767607200^{date_short_pretty} {time}|2026-01-05 10:00 UTC>');
  });

  test('that is none is shown as it is written, escaped, and never longer than fits beside other words', () => {
    expect(moment('soon')).toBe('soon');
    expect(moment('<!channel>')).toBe('&lt;!channel&gt;');
    expect(moment('<'.repeat(5000)).length).toBeLessThan(200);
  });
});
