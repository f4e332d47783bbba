import { describe, expect, test } from '@jest/globals';
import { parseTriage } from '../../commands/parse-triage.ts';
import { catalogue } from '../../src/catalogue.ts';
import { WrongUsage } from '../../src/core/errors.ts';
import { Registration } from '../../src/core/registration.ts';

const registrations = ['prod-sh', 'prod-bj', 'staging'].map((name) =>
  Registration.parse({ name, connect: { inCluster: true } }),
);
const parse = (text: string) => parseTriage(text, { catalogue, registrations });

function complaint(text: string): string {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof WrongUsage) return `${error.message} ${error.next}`;
    throw error;
  }
  return 'understood';
}

describe('/triage', () => {
  test.each([
    ['', { target: {} }],
    ['subnet', { playbook: 'subnet', target: {} }],
    ['Subnet prod-sh', { playbook: 'subnet', cluster: 'prod-sh', target: {} }],
    [
      'subnet=ovn-default subnet prod-sh',
      { playbook: 'subnet', cluster: 'prod-sh', target: { subnet: 'ovn-default' } },
    ],
    ['subnet --all', { playbook: 'subnet', target: {}, selection: { labels: {} } }],
    [
      'subnet --environment production --label team=net --label=tier=edge subnet=ovn-default',
      {
        playbook: 'subnet',
        target: { subnet: 'ovn-default' },
        selection: { environment: 'production', labels: { team: 'net', tier: 'edge' } },
      },
    ],
    [
      'pod-network prod-sh namespace=*',
      { playbook: 'pod-network', cluster: 'prod-sh', target: {}, everyNamespace: true },
    ],
    ['“subnet” prod-sh', { playbook: 'subnet', cluster: 'prod-sh', target: {} }],
  ])('understands "%s"', (text, words) => {
    expect(parse(text)).toEqual(words);
  });

  test.each([
    ['subent', 'Did you mean subnet?'],
    ['subnet prod-hs', 'Did you mean prod-sh?'],
    ['subnet moon', 'The clusters are: prod-sh, prod-bj, staging.'],
    ['subnet prod-sh now', 'key=value'],
    ['subnet prod-sh sbnet=x', 'Did you mean subnet=?'],
    ['subnet prod-sh --all', 'Name one cluster or many, and not prod-sh as well.'],
    ['--all', 'Say which playbook'],
    ['subnet --lable team=net', 'Did you mean --label?'],
    ['subnet --label team', 'I do not understand what follows --label.'],
    ['subnet --environment', 'I do not understand what follows --environment.'],
    ['subnet prod-sh subnet=../x', 'lower case letters'],
  ])('says what to do about "%s"', (text, next) => {
    expect(complaint(text)).toContain(next);
  });
});
