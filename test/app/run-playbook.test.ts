import { expect, test } from '@jest/globals';
import { findPlaybook } from '../../src/app/catalogue.ts';
import { runPlaybook } from '../../src/app/run-playbook.ts';
import { houseOf } from './house-of.ts';

test('asks for articles with the code of a finding, with its own words, and with the log lines it was seen on', async () => {
  const house = houseOf('kube-ovn/subnet-not-ready/leader-change');
  const asked: (readonly [string, readonly string[]])[] = [];
  const linksFor = (code: string, questions: readonly string[] = []) => {
    asked.push([code, questions]);
    return [{ id: 'net/leader', title: 'The leader', url: 'https://wiki.example.com/leader', score: 0.8 }];
  };
  const request = {
    id: 'r1',
    playbook: findPlaybook(house.catalogue, 'subnet'),
    clusterName: 'prod-sh',
    cluster: await house.clusters.open('prod-sh', {}),
    target: {},
  };
  const { findings } = await runPlaybook(request, { ...house, knowledge: { ...house.knowledge, linksFor } });
  expect(asked.map(([code, [first]]) => [code, first])).toEqual(
    findings.map(({ code, title, says }) => [code, `${title}; ${says}`]),
  );
  const withLines = findings.filter(({ evidence }) => evidence.some(({ lines = [] }) => lines.length > 0));
  expect(withLines.length).toBeGreaterThan(0);
  expect(asked.filter(([, questions]) => questions.length === 2).map(([code]) => code)).toEqual(
    withLines.map(({ code }) => code),
  );
  expect(findings[0]?.articles.map(({ id }) => id)).toEqual(['net/leader']);
});
