import { expect, test } from '@jest/globals';
import { catalogue } from '../../../src/catalogue.ts';
import { loadWorld, look, runOn } from '../worlds.ts';

const check = 'control-plane/stale-client-certificate';

test('stands above the alert that it sets off', async () => {
  const playbook = catalogue.playbooks.find(({ id }) => id === 'certificates');
  if (playbook === undefined) throw new TypeError('there is no playbook certificates');
  const { findings } = await runOn(loadWorld(`${check}/a-year-without-a-restart`), playbook);
  expect(findings.map(({ code }) => code)).toEqual([check, 'control-plane/client-certificate-expiring']);
});

test('names the part that is old, and not the one that was restarted', async () => {
  const finding = (await look(check, 'a-year-without-a-restart')).finding();
  expect(finding.about.name).toBe('kube-controller-manager-master-1');
  expect(finding.says).toMatch(/has run for 364 days/);
  expect(finding.remedies[0]?.steps.map(({ does }) => does).join(' ')).toMatch(/mv \/etc\/kubernetes\/manifests/);
});

test('stays clear where certificates last for ten years', async () => {
  expect((await look(check, 'certificates-of-ten-years')).verdict.is).toBe('clear');
});
