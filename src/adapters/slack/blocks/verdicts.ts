import type { Measurement } from '../../../core/finding.ts';
import type { Platform } from '../../../core/platform.ts';
import { productNames, productTitles } from '../../../core/platform.ts';
import type { RunReport, Verdict } from '../../../core/run.ts';
import type { VerdictsScreen } from '../../../core/screen.ts';
import { compose, detail, needed, type Part, type Rendering } from './compose.ts';
import { clampList, clampText, count } from './limits.ts';
import { context } from './pieces.ts';
import { line, list, type RichPart, richText, strong, words } from './rich-text.ts';
import { sayCounts, sentence, verdicts } from './words.ts';

/** What could not be looked at comes before what is clear: it is what a reader would otherwise miss. */
const order = ['found', 'unknown', 'clear', 'not-applicable'] as const;

/** Every check with its answer and what it measured, and how much was read for it. */
export function renderVerdicts({ report }: VerdictsScreen): Rendering {
  const counts = sayCounts(report.verdicts);
  const parts: Part[] = [
    needed(richText(line(strong('What was looked at. '), words(counts)))),
    ...order.flatMap((is) => group(is, report)),
    needed(context({ plain: platformSaid(report.platform) }, { plain: readsSaid(report) })),
  ];
  return compose(`What was looked at. ${counts}`, parts, 'The command line prints all of it as JSON.', 'check');
}

/** How many verdicts share a block: what is wrong stands alone while there is room, what is not is kept short. */
const mostBlocks = 15;
const together = { found: 1, unknown: 1, clear: 4, 'not-applicable': 10 } as const;

function group(is: Verdict['is'], { verdicts: all }: RunReport): Part[] {
  const verdicts = all.filter((verdict) => verdict.is === is);
  const parts: Part[] = [];
  const size = Math.max(together[is], Math.ceil(verdicts.length / mostBlocks));
  for (let from = 0; from < verdicts.length; from += size) {
    const few = verdicts.slice(from, from + size);
    parts.push({ ...detail(richText(few.flatMap(one))), holds: few.length });
  }
  return parts;
}

function one({ is, asks, because, measured }: Verdict): RichPart[] {
  const { sign, word } = verdicts[is];
  const { shown, left } = clampList(measured, 6);
  return [
    line(
      strong(`${sign} ${word}  `),
      words(clampText(asks, 250)),
      words(because === undefined ? '' : ` ${sentence(because)}`, 400),
    ),
    ...list('bullet', [
      ...shown.map((measurement) => line(words(measurementSaid(measurement), 300))),
      line(words(left > 0 ? `${count(left, 'more value')} not shown.` : '')),
    ]),
  ];
}

export function measurementSaid({ what, is }: Measurement): string {
  return `${clampText(what, 150)}: ${clampText(is, 150)}`;
}

/** `Kubernetes v1.30.4 · kube-ovn v1.12.3 · kong (could not be looked for)`. */
export function platformSaid(platform: Platform): string {
  const products = productNames.flatMap((name) => {
    const product = platform[name];
    return product === undefined ? [] : [`${productTitles[name]} ${product.version ?? '(version unknown)'}`];
  });
  const unread = Object.keys(platform.unread ?? {}).map((name) => `${name} (could not be looked for)`);
  return [`Kubernetes ${platform.kubernetes.version ?? '(version unknown)'}`, ...products, ...unread].join(' · ');
}

function readsSaid({ reads: { requests, objects, bytes } }: RunReport): string {
  const size = bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
  return `Read with ${count(requests, 'request')}: ${count(objects, 'object')}, ${size}.`;
}
