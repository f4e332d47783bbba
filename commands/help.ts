import type { House } from '../src/app/house.ts';
import { clustersToRunOn, sayRoles } from '../src/app/permission.ts';
import type { Person } from '../src/core/person.ts';

/** What can be asked besides a run, the most frequent first. */
const besides = [
  'In the thread of a run: `@triage again`, `@triage cancel`, `@triage draft` for an article about what was resolved.',
  '`/kb subnet not ready` searches the articles, in English or Chinese.',
  '`/approvals` lists the fixes that wait for you, `/mitigations` those that will not last, `/reviews` those for which somebody broke the glass.',
  '`/triage subnet --all` looks at every cluster and gives one table; `/clusters` says what can be reached and which rights are missing.',
  '`/freeze production "db failover" 2h` holds an environment or a cluster still.',
];

/** Only what the person may do, so that nobody tries in vain. */
export async function help(by: Person, house: House): Promise<string> {
  const mine = await clustersToRunOn(by.id, house);
  const [first] = mine;
  if (first === undefined) return mayRunNothing(by, house);
  const roles = await sayRoles(by.id, house);
  return [
    '*What do you see?* Type it as it stands here, or `/triage` alone for a dialog.',
    ...house.catalogue.playbooks.map(({ id, title }) => `• ${title}: \`/triage ${id} ${first.name}\``),
    `*Clusters*: ${mine.map(({ name, environment }) => `${name} (${environment})`).join(', ')}`,
    `*Only one object*: ${narrowing(house)}`,
    '*Besides*',
    ...besides.map((line) => `• ${line}`),
    ...(roles === '' ? [] : [`*You*: ${roles}`]),
  ].join('\n');
}

/** Which keys narrow which playbook. */
function narrowing({ catalogue: { playbooks } }: House): string {
  const takers = playbooks.filter(({ takes }) => takes.length > 0);
  const said = takers.map(({ id, takes }) => `${id} takes ${takes.join(', ')}`);
  return `add for example \`subnet=ovn-default\`. ${said.join('; ')}.`;
}

export async function mayRunNothing(by: Person, house: House): Promise<string> {
  return `You can read every result in its thread. ${await sayRoles(by.id, house)} Starting a run takes the role operator.`;
}
