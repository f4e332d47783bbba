import type { Confidence } from '../../../src/core/finding.ts';
import type { Loop } from './log-lines.ts';
import { sayVersion } from './product.ts';
import { type AfterRefusal, afterRefusal, changes, fingerprintOf, unlessBackported } from './versions.ts';

export type Behaviour = {
  /** Undefined when neither the image nor the log tells. */
  readonly does: AfterRefusal | undefined;
  /** Whole sentences about the version, for the finding. */
  readonly says: string;
};

/**
 * What the running code does after a refused list. The line of the source that logged counts for more than the tag
 * of the image: a vendor may have back-ported the fix, or numbered its images anew.
 */
export function behaviourOf(loops: readonly Loop[], version: string | undefined): Behaviour {
  const [fingerprint] = loops.flatMap(({ sourceLine }) => fingerprintOf(sourceLine) ?? []);
  const tagged = afterRefusal(version);
  const does = fingerprint?.does ?? tagged;
  const code = fingerprint === undefined ? '' : ` The log lines come from the code of ${fingerprint.versions}`;
  if (fingerprint !== undefined && tagged === undefined) {
    return { does, says: `Which version this is, the image does not tell.${code}.${fate(does, 'that code')}` };
  }
  if (fingerprint !== undefined && tagged !== fingerprint.does) {
    return { does, says: `The image is called ${version}.${code}, and that is what runs.${fate(does, 'that code')}` };
  }
  return { does, says: fate(does, sayVersion(version)).trim() };
}

function fate(does: AfterRefusal | undefined, who: string): string {
  switch (does) {
    case 'stuck':
      return ` ${capital(who)} never recovers from that by itself, ${unlessBackported(changes.revisionClearedOnError)}; from v3.23.1 on it does.`;
    case 'recovers':
    case 'recovers-always':
      return ` ${capital(who)} gives up a refused revision by itself (#6045), so a loop that lasts points at the API server or etcd.`;
    case 'unconcerned':
      return ` ${capital(who)} should list without a revision, so this should not happen with it at all.`;
    case undefined:
      return ' Which version this is, is not known: v3.21.0 to v3.22.5 and v3.23.0 never recover from that by themselves.';
  }
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

export function confidenceOf(does: AfterRefusal | undefined, newPodsWait: boolean): Confidence {
  switch (does) {
    case 'stuck':
      return newPodsWait
        ? [
            0.99,
            'The loop is in the log, this code never leaves it, and only pods that came after its start are not ready.',
          ]
        : [0.95, 'The loop is in the log, and this code never leaves it.'];
    case 'recovers':
    case 'recovers-always':
      return [0.4, 'The loop is in the log, but this code should leave it at once: something else may keep it going.'];
    case 'unconcerned':
    case undefined:
      return [0.7, 'The loop is in the log, but nothing tells whether this code leaves it by itself.'];
  }
}
