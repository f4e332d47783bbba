import { causesOf, rootsFirst } from '../core/causal-tree.ts';
import type { Check, Look, Sight } from '../core/check.ts';
import { CannotRead, DoesNotApply } from '../core/errors.ts';
import type { Finding } from '../core/finding.ts';
import { mayBringAbout } from '../core/may-bring-about.ts';
import { redact, safeText } from '../core/redact.ts';
import type { ReportedFinding, Verdict } from '../core/run.ts';
import { leadsToOf } from './catalogue.ts';
import { declaredReader } from './declared-reader.ts';
import type { Looking } from './looking.ts';
import { planRemedies } from './plan-remedies.ts';

export type Diagnosis = { readonly verdicts: Verdict[]; readonly findings: ReportedFinding[] };

type Seen = { readonly verdict: Verdict; readonly found: readonly { check: Check; finding: Finding }[] };

/**
 * Asks every check, side by side. A check that cannot read, takes too long or breaks becomes `unknown` and says
 * why, one that finds nothing here to ask about `not-applicable`; the others go on. The findings come back as a tree:
 * causes before what they bring about.
 */
export async function diagnose(looking: Looking): Promise<Diagnosis> {
  const { checks, onProgress } = looking;
  const open = new Set(checks.map(({ id }) => id));
  const tell = () => onProgress?.({ done: checks.length - open.size, total: checks.length, looking: [...open] });
  tell();
  const seen = await Promise.all(
    checks.map(async (check) => {
      const result = await lookWith(check, looking);
      open.delete(check.id);
      tell();
      return result;
    }),
  );
  const found = seen.flatMap((result) => result.found);
  const leadsTo = leadsToOf(looking.catalogue);
  const codes = new Set<string>(found.map(({ finding }) => finding.code));
  const reported = await Promise.all(
    found.map(async ({ check, finding }) => {
      const near = found.map((other) => other.finding).filter((other) => mayBringAbout(other, finding));
      const causedBy = causesOf(finding.code, new Set<string>(near.map(({ code }) => code)), leadsTo, codes);
      const causes = near.filter(({ code }) => causedBy.includes(code)).map(({ code, about }) => ({ code, about }));
      return report(check, finding, { causedBy, causes }, looking);
    }),
  );
  return {
    verdicts: seen.map(({ verdict }) => verdict),
    findings: rootsFirst(reported, ({ causedBy }) => causedBy),
  };
}

/** A check's own picture: only what it declared, and only this run's time. */
export function sightOf(
  check: Pick<Check, 'reads'>,
  looking: Omit<Looking, 'checks' | 'catalogue'>,
): Omit<Sight, 'settings'> {
  const { reader, platform, target, now } = looking;
  return { target, platform, now, cluster: declaredReader(reader, check.reads, platform) };
}

async function lookWith(check: Check, looking: Looking): Promise<Seen> {
  const about = { check: check.id, asks: check.asks };
  try {
    const applies = check.appliesTo(looking.platform);
    if (applies !== true)
      return { verdict: { ...about, is: 'not-applicable', because: applies, measured: [] }, found: [] };
    const sight = { ...sightOf(check, looking), settings: looking.settings[check.id] };
    const look = await inTime(check.look(sight), check, looking);
    const stray = look.findings.find(({ code }) => check.findings[code] === undefined);
    if (stray !== undefined) throw new TypeError(`it found ${stray.code}, which is not in its catalogue`);
    const measured = look.measured.map(({ what, is }) => ({ what: safeText(what), is: safeText(is) }));
    return {
      verdict: { ...about, is: look.findings.length > 0 ? 'found' : 'clear', measured },
      found: look.findings.map((finding) => ({ check, finding })),
    };
  } catch (error) {
    if (error instanceof DoesNotApply)
      return { verdict: { ...about, is: 'not-applicable', because: safeText(error.message), measured: [] }, found: [] };
    return { verdict: { ...about, is: 'unknown', because: whyUnknown(error), measured: [] }, found: [] };
  }
}

function whyUnknown(error: unknown): string {
  if (error instanceof CannotRead) return safeText(`${error.message}${nextStep(error)}`);
  const message = error instanceof Error ? error.message : String(error);
  return `The check itself broke, which is a defect of the check: ${redact(message).slice(0, 300)}`;
}

/** A person at 3 a.m. sees from this who can help; a token that is refused as a whole is no missing rule. */
function nextStep({ reason, because }: CannotRead): string {
  if (reason !== 'denied' || /unauthori[sz]ed/i.test(because)) return '';
  return ' Add that rule to the role of the bot: npm run -s triage -- rbac --mode observe prints all that it needs.';
}

async function inTime(look: Promise<Look>, check: Check, looking: Looking): Promise<Look> {
  const { checkTimeoutMilliseconds, signal } = looking;
  const stop = Promise.withResolvers<never>();
  const giveUp = (because: string) => stop.reject(new CannotRead(`finish ${check.id}`, 'timeout', because));
  const timer = setTimeout(
    () => giveUp(`it took longer than ${checkTimeoutMilliseconds / 1000} s`),
    checkTimeoutMilliseconds,
  );
  const cancelled = () => giveUp('the run was cancelled');
  signal?.addEventListener('abort', cancelled, { once: true });
  try {
    return await Promise.race([look, stop.promise]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', cancelled);
    stop.promise.catch(() => undefined);
  }
}

type Causes = Pick<ReportedFinding, 'causedBy' | 'causes'>;

async function report(check: Check, finding: Finding, causes: Causes, looking: Looking): Promise<ReportedFinding> {
  const kind = check.findings[finding.code];
  const [confidence, confidenceBecause] = finding.confidence;
  return {
    code: finding.code,
    title: kind?.title ?? finding.code,
    check: check.id,
    severity: finding.severity ?? kind?.severity ?? 'warning',
    confidence,
    confidenceBecause,
    about: finding.about,
    says: safeText(finding.says),
    evidence: finding.evidence.map((evidence) => ({
      ...evidence,
      from: safeText(evidence.from),
      says: safeText(evidence.says),
      ...(evidence.lines === undefined ? {} : { lines: evidence.lines.map((line) => safeText(line)) }),
    })),
    ...causes,
    articles: [],
    remedies: await planRemedies(finding.remedies, looking),
  };
}
