import { covers, isInForce } from '../core/freeze.ts';
import type { Person } from '../core/person.ts';
import type { HomeApproval, HomeMitigation, HomeRun, HomeScreen } from '../core/screen.ts';
import { waitingFor } from './approvals.ts';
import type { House } from './house.ts';
import { mitigationKey } from './mitigations.ts';
import { runKey } from './show.ts';

/**
 * What the bot's own page shows a person: the fixes that wait for them, what runs now, what is frozen, which fixes are
 * not permanent yet, and the clusters. The parts stand alone: one that cannot be found out, as when the chat does not
 * tell who is in a group, leaves the others. No cluster is asked: the page opens while one of them hangs.
 */
export async function homeOf(person: Person, house: House): Promise<HomeScreen> {
  const [approvals, runs, freezes, mitigations] = await Promise.all([
    part(async () => approvalsOf(person, house), 'Whether a fix waits for you', house),
    part(async () => unfinishedRuns(house), 'What runs now', house),
    part(async () => freezesInForce(house), 'Whether something is frozen', house),
    part(async () => openMitigations(house), 'Which fixes are not permanent yet', house),
  ]);
  const parts = { approvals, runs, freezes, mitigations };
  const unknown = Object.entries(parts).flatMap(([name, { unknown: says }]) =>
    says === undefined ? [] : [[name, says]],
  );
  return {
    approvals: approvals.shown,
    runs: runs.shown,
    freezes: freezes.shown,
    mitigations: mitigations.shown,
    clusters: house.registrations.map(({ name, environment, mode }) => ({
      name,
      environment,
      mode,
      runs: runs.unknown === undefined ? runs.shown.filter(({ cluster }) => cluster === name).length : undefined,
      frozen: freezes.unknown === undefined ? freezes.shown.some(({ clusters }) => clusters.includes(name)) : undefined,
    })),
    unknown: Object.fromEntries(unknown),
  };
}

type Part<Item> = { readonly shown: readonly Item[]; readonly unknown?: string };

async function part<Item>(find: () => Promise<Item[]>, what: string, { onSlip }: House): Promise<Part<Item>> {
  try {
    return { shown: await find() };
  } catch (error) {
    onSlip(error);
    return { shown: [], unknown: `${what} could not be found out just now. Open this page again in a minute.` };
  }
}

async function approvalsOf({ id }: Person, house: House): Promise<HomeApproval[]> {
  return (await waitingFor(id, house)).map(({ proposal, link, freeze }) => ({
    cluster: proposal.cluster,
    environment: proposal.environment,
    requestedBy: proposal.requestedBy,
    expiresAt: proposal.expiresAt,
    does: proposal.remedy.does,
    frozen: freeze !== undefined,
    link,
  }));
}

async function unfinishedRuns(house: House): Promise<HomeRun[]> {
  const runs = await Promise.all((await house.records.unfinishedRuns()).map(async (id) => house.records.run(id)));
  return Promise.all(
    runs
      .filter((record) => record !== undefined)
      .map(async ({ request }) => ({
        title: house.catalogue.playbooks.find(({ id }) => id === request.playbook)?.title ?? request.playbook,
        cluster: request.cluster,
        requestedBy: request.requestedBy,
        requestedAt: request.requestedAt,
        link: await house.chat.linkTo(runKey(request.run)),
      })),
  );
}

async function freezesInForce(house: House): Promise<HomeScreen['freezes'][number][]> {
  const now = house.clock.now();
  return (await house.freezes.all())
    .filter((record) => isInForce(record, now))
    .map(({ freeze }) => ({
      freeze,
      clusters: house.registrations
        .filter((registration) => covers(freeze.scope, registration))
        .map(({ name }) => name),
    }));
}

async function openMitigations(house: House): Promise<HomeMitigation[]> {
  const now = house.clock.now().getTime();
  return Promise.all(
    (await house.mitigations.allOpen()).map(async ({ id, cluster, permanent, owner, dueAt }) => ({
      cluster,
      permanent,
      owner,
      dueAt,
      overdue: new Date(dueAt).getTime() <= now,
      link: await house.chat.linkTo(mitigationKey(id)),
    })),
  );
}
