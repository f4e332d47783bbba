import { describe, expect, test } from '@jest/globals';
import {
  failedListOf,
  loopsOf,
  refusalOf,
  revisionsIn,
  syncedRootOf,
} from '../../../playbooks/facts/calico/log-lines.ts';

const root = '/calico/resources/v3/projectcalico.org/workloadendpoints';
const rule = { matches: 10, windowSeconds: 60, freshSeconds: 15 };
const now = new Date('2026-01-05T10:00:00Z');

function failure(secondsAgo: number, error = 'The resourceVersion for the provided list is too old.') {
  return {
    at: new Date(now.getTime() - secondsAgo * 1000),
    text: `2026-01-05 09:59:00.000 [INFO][87] felix/watchercache.go 188: Failed to perform list of current data during resync ListRoot="${root}" error=${error}`,
  };
}

function loops(lines: ReturnType<typeof failure>[]) {
  return loopsOf({ from: 'a log', lines, droppedBytes: 0 }, rule, now);
}

test('a refused list is told with its program, source line and root', () => {
  expect(failedListOf(failure(0).text)).toMatchObject({ program: 'felix', sourceLine: 188, root, refusal: 'too-old' });
});

test('an old Typha logs without a prefix', () => {
  const text = `2022-05-03 00:19:06.899 [INFO][7] watchercache.go 188: Failed to perform list of current data during resync ListRoot="${root}" error=x`;
  expect(failedListOf(text)).toMatchObject({ program: '', refusal: 'other' });
});

test.each([
  'felix/watchercache.go 175: Full resync is required ListRoot="/calico/resources/v3/projectcalico.org/profiles"',
  'felix/watchercache.go 125: Watch error received from Upstream ListRoot="/a" error=too old resource version: 1 (2)',
])('is not told from %s', (text) => {
  expect(failedListOf(text)).toBeUndefined();
});

test.each([
  ['The resourceVersion for the provided list is too old.', 'too-old'],
  ['resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden when continue is provided', 'pager'],
  ['Timeout: Too large resource version: 12, current: 7', 'ahead'],
  ['Get "https://10.96.0.1:443/api": dial tcp 10.96.0.1:443: connect: connection refused', 'unreachable'],
  ['connection is unauthorized: Unauthorized', 'forbidden'],
  ['something else', 'other'],
])('the error "%s" is %s', (error, refusal) => {
  expect(refusalOf(error)).toBe(refusal);
});

test('both revisions are read from the error', () => {
  expect(revisionsIn('Timeout: Too large resource version: 12001236,\ncurrent: 60171')).toEqual({
    asked: '12001236',
    current: '60171',
  });
});

test('a full list that arrived is told with its root', () => {
  expect(syncedRootOf(`felix/watchercache.go 127: Sending synced update ListRoot="${root}"`)).toBe(root);
});

describe('a loop', () => {
  const seconds = (count: number, from = 1) => Array.from({ length: count }, (_, at) => from + count - 1 - at);

  test('is ten refusals within a minute, the last a moment ago', () => {
    expect(loops(seconds(10).map((at) => failure(at)))).toEqual([
      expect.objectContaining({ root, matches: 10, first: new Date('2026-01-05T09:59:50Z') }),
    ]);
  });

  test.each([
    ['one too few', seconds(9)],
    ['over for 15 s', seconds(20, 15)],
    ['spread over more than the window', seconds(12).map((at) => at * 10 - 8)],
  ])('is not %s', (_why, times) => {
    expect(loops(times.map((at) => failure(at)))).toEqual([]);
  });

  test('is not ended by a clock of the node that runs a little ahead', () => {
    expect(loops(seconds(12, -4).map((at) => failure(at)))).toHaveLength(1);
  });

  test('counts refusals of different kinds apart', () => {
    const mixed = seconds(12).map((at) => failure(at, at % 2 === 0 ? 'a: connection refused' : undefined));
    expect(loops(mixed)).toEqual([]);
  });
});
