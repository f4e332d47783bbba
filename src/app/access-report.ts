import type { AccessRule } from '../core/access.ts';
import { type AccessQuestion, partOf, questionsOf } from '../core/access-question.ts';
import type { Check } from '../core/check.ts';
import type { PlaybookAccess } from '../core/cluster-report.ts';
import { CannotRead } from '../core/errors.ts';
import { defaultNamespaces, type Platform, productNames } from '../core/platform.ts';
import type { Playbook } from '../core/playbook.ts';
import type { Cluster } from '../ports/cluster.ts';
import { rulesOf } from './access.ts';
import type { Catalogue } from './catalogue.ts';
import { platformSight } from './detect.ts';
import { sideBySide } from './side-by-side.ts';

/** Few enough not to trouble a server that is in trouble already. */
const questionsAtOnce = 8;

type Answer = { readonly is: 'yes' | 'no' } | { readonly is: 'unknown'; readonly because: string };

/**
 * Asks the API server, for every playbook, about exactly the rules that are computed from what its checks and fixes
 * declare, on this cluster: checks that do not apply here need nothing, and products are where they were detected.
 * A question that several playbooks share is asked once.
 * @param explain why a question was not answered, as a clause
 */
export async function askAccess(
  cluster: Pick<Cluster, 'may'>,
  platform: Platform,
  mode: 'observe' | 'remediate',
  catalogue: Catalogue,
  explain: (error: CannotRead) => string = ({ because }) => because,
): Promise<PlaybookAccess[]> {
  const needed = catalogue.playbooks.map((playbook) => ({
    playbook,
    rules: rulesOn(platform, playbook, mode, catalogue),
  }));
  const questions = new Map<string, AccessQuestion>();
  for (const { rules } of needed) {
    for (const question of rules.flatMap(questionsOf)) questions.set(JSON.stringify(question), question);
  }
  const answers = new Map<string, Answer>();
  await sideBySide([...questions], questionsAtOnce, async ([key, question]) => {
    answers.set(key, await ask(cluster, question, explain));
  });
  return needed.map(({ playbook, rules }) => {
    if (rules.length === 0) return { playbook: playbook.id, is: 'not-applicable', missing: [], because: [] };
    const answerTo = (question: AccessQuestion) => answers.get(JSON.stringify(question));
    const missing = rules.flatMap((rule) => {
      const refused = questionsOf(rule).filter((question) => answerTo(question)?.is === 'no');
      return refused.length === 0 ? [] : [partOf(rule, refused)];
    });
    const because = rules.flatMap(questionsOf).flatMap((question) => {
      const answer = answerTo(question);
      return answer?.is === 'unknown' ? [answer.because] : [];
    });
    const is = missing.length > 0 ? 'missing' : because.length > 0 ? 'unknown' : 'complete';
    return { playbook: playbook.id, is, missing, because: [...new Set(because)] };
  });
}

async function ask(
  cluster: Pick<Cluster, 'may'>,
  question: AccessQuestion,
  explain: (error: CannotRead) => string,
): Promise<Answer> {
  try {
    return { is: (await cluster.may(question)) ? 'yes' : 'no' };
  } catch (error) {
    if (error instanceof CannotRead)
      return { is: 'unknown', because: `The API server did not say: ${explain(error)}.` };
    throw error;
  }
}

/** What a playbook needs on this cluster; nothing when none of its checks applies. */
function rulesOn(
  platform: Platform,
  playbook: Playbook,
  mode: 'observe' | 'remediate',
  catalogue: Catalogue,
): AccessRule[] {
  const sight = platformSight(platform);
  const checks = playbook.checks.filter((check) => mayApply(check, sight));
  if (checks.length === 0) return [];
  const found = productNames.flatMap((name) => {
    const product = platform[name];
    return product === undefined ? [] : [[name, product.namespace]];
  });
  return rulesOf(catalogue, checks, mode, { ...defaultNamespaces, ...Object.fromEntries(found) });
}

/** A product that could not be looked for may be there, so that its checks need their rules. */
function mayApply(check: Check, sight: Platform): boolean {
  try {
    return check.appliesTo(sight) === true;
  } catch (error) {
    if (error instanceof CannotRead) return true;
    throw error;
  }
}
