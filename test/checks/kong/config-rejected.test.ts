import { describe, expect, test } from '@jest/globals';
import { look } from '../worlds.ts';

const check = 'kong/config-rejected';

async function onlyFinding(world: string) {
  return (await look(check, world)).finding();
}

describe('a write that Kong refuses', () => {
  test('is about the object that the event names', async () => {
    const finding = await onlyFinding('event-names-a-plugin');
    expect(finding).toMatchObject({
      severity: 'critical',
      confidence: 0.9,
      about: { kind: 'KongPlugin', namespace: 'stage', name: 'rate-limit' },
    });
    expect(finding.says).toMatch(/^Kong refuses KongPlugin stage\/rate-limit: invalid config\.minute.*no other change/);
    expect(finding.remedies[0]?.steps.map(({ does }) => does)).toContain(
      'Look at it: kubectl -n stage get kongplugin rate-limit -o yaml',
    );
    expect((await onlyFinding('event-of-an-ingress')).about).toMatchObject({ kind: 'Ingress' });
  });

  test.each(['only-the-log', 'event-of-the-controller', 'without-database'])(
    'is about the controller where nothing names the object: %s',
    async (world) => {
      expect(await onlyFinding(world)).toMatchObject({
        confidence: 0.8,
        about: { kind: 'Deployment', name: 'kong-controller' },
      });
    },
  );

  test('is told apart from a target that Kong answers with 404', async () => {
    const finding = await onlyFinding('unknown-upstream');
    expect(finding.says).toMatch(/^Kong answers 404 to new targets of an upstream that it has/);
    expect(finding.remedies[0]?.steps[0]?.does).toMatch(/KIC#1025/);
  });

  test('is a warning where the rest is written without it', async () => {
    const finding = await onlyFinding('fallback');
    expect(finding.severity).toBe('warning');
    expect(finding.says).toMatch(/has written everything else without it/);
  });
});

test.each([
  'event-before-the-last-success',
  'translation-failed',
  'database-down',
  'long-ago',
  'no-controller',
  'well',
])('stays clear: %s', async (world) => {
  expect((await look(check, world)).verdict.is).toBe('clear');
});

test('shows a hostile message as text', async () => {
  expect(JSON.stringify(await onlyFinding('hostile'))).not.toMatch(/0123456789abcdef|\\u001b/);
});
