import { expect, test } from '@jest/globals';
import { findPlaybook } from '../../src/app/catalogue.ts';
import { runPlaybook } from '../../src/app/run-playbook.ts';
import { houseOf } from './house-of.ts';

test('asks for articles with the code of a finding and with its own words', async () => {
  const house = houseOf('kube-ovn/subnet-not-ready/leader-change');
  const asked: (readonly [string, string | undefined])[] = [];
  const linksFor = (code: string, words?: string) => {
    asked.push([code, words]);
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
  expect(asked).toEqual(findings.map(({ code, title, says }) => [code, `${title}; ${says}`]));
  expect(findings[0]?.articles.map(({ id }) => id)).toEqual(['net/leader']);
});
