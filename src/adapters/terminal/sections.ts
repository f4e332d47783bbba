import { originalOf } from '../../core/article-standing.ts';
import type { ReportedFinding, ReportedRemedy } from '../../core/run.ts';
import type { Paint } from './paint.ts';
import { hang } from './wrap.ts';

type Rendering = { readonly paint: Paint; readonly width: number };

/** What can be done, each remedy once, with the steps of every finding that offers it. */
export function renderRemedies(findings: readonly ReportedFinding[], rendering: Rendering): string[] {
  const byId = Map.groupBy(
    findings.flatMap(({ remedies }) => remedies),
    ({ id }) => id,
  );
  if (byId.size === 0) return [];
  const rank = { wait: 0, change: 1, manual: 2 } as const;
  const groups = [...byId.values()].sort(
    (left, right) => rank[left[0]?.how ?? 'manual'] - rank[right[0]?.how ?? 'manual'],
  );
  return [rendering.paint.bold('What can be done'), ...groups.flatMap((group) => renderRemedy(group, rendering))];
}

function renderRemedy(group: readonly ReportedRemedy[], { paint, width }: Rendering): string[] {
  const [remedy] = group;
  if (remedy === undefined) return [];
  const word = { wait: 'wait', change: 'fix', manual: 'by hand' }[remedy.how];
  const label = remedy.allowed ? paint.good(word) : paint.warn(`${word}, refused`);
  const refused = remedy.preconditions.filter(({ holds }) => holds === 'no' || holds === 'unknown');
  const confirm = remedy.preconditions.filter(({ holds }) => holds === 'confirm');
  const steps = [...new Set(group.flatMap((one) => one.steps.map(({ does }) => does)))];
  return [
    ...hang(`${remedy.does} (${remedy.id}, risk: ${remedy.risk})`, `- ${label}: `, '  ', width),
    ...refused.flatMap(({ asks, because }) =>
      hang(`${asks} ${because}`, `    ${paint.warn('refused because')} `, '    ', width),
    ),
    ...confirm.flatMap(({ asks, because }) =>
      hang(`${asks} ${because}`, `    ${paint.warn('to confirm')} `, '    ', width),
    ),
    ...steps.flatMap((step, index) => hang(step, `    ${index + 1}. `, '       ', width)),
  ];
}

/** The articles of all findings, each once, with the addresses of its translations. */
export function renderArticles(findings: readonly ReportedFinding[], { paint }: Rendering): string[] {
  const articles = new Map(
    findings.flatMap((finding) => finding.articles.map((article) => [article.url, article] as const)),
  );
  if (articles.size === 0) return [];
  const versions = [...Map.groupBy(articles.values(), ({ id }) => originalOf(id)).values()];
  return [
    paint.bold('Read more'),
    ...versions.flatMap((all) => [
      `- ${all.map(({ title }) => title).join(' · ')}`,
      ...all.map(({ url }) => `  ${paint.dim(url)}`),
    ]),
  ];
}
