import { z } from 'zod';

/** What became known of an article by its use. */
export const ArticleStanding = z.object({
  /** People who said that it helped them, once a run. */
  helped: z.number().int(),
  notHelpful: z.number().int(),
  /** Fixes that were proved to have resolved a finding which the article was linked from. */
  verifiedFixes: z.number().int(),
});
export type ArticleStanding = z.infer<typeof ArticleStanding>;

export const notJudged: ArticleStanding = { helped: 0, notHelpful: 0, verifiedFixes: 0 };

/** Each doubling of the verified fixes counts this much, up to five doublings. */
const perDoubling = 0.006;
const mostFixes = 31;
/** What unanimous opinions count in the end. */
const opinions = 0.03;
/** So many opinions must come before they count half: one press decides nothing. */
const doubt = 4;

/**
 * What an article's rank is multiplied by: 0.97 to 1.06. It decides between articles that answer about equally well,
 * and never puts a liked one above one that answers better. Two articles that nobody judged stay as they were.
 */
export function boostOf({ helped, notHelpful, verifiedFixes }: ArticleStanding): number {
  const fixes = Math.min(Math.max(verifiedFixes, 0), mostFixes);
  const share = (helped - notHelpful) / (helped + notHelpful + doubt);
  return 1 + perDoubling * Math.log2(1 + fixes) + opinions * share;
}

/** A translation stands and falls with its original: `net/mtu.zh` is `net/mtu`. */
export function originalOf(article: string): string {
  return article.replace(/\.(?:zh|en)$/, '');
}

/** `helped 4 times, 2 verified fixes`; empty when nothing is known. */
export function sayStanding({ helped, notHelpful, verifiedFixes }: ArticleStanding, language: 'en' | 'zh'): string {
  const said =
    language === 'zh'
      ? [`${helped} 次有帮助`, `${notHelpful} 次没有帮助`, `${verifiedFixes} 次已验证的修复`]
      : [
          `helped ${times(helped)}`,
          `not helpful ${times(notHelpful)}`,
          `${verifiedFixes} verified ${verifiedFixes === 1 ? 'fix' : 'fixes'}`,
        ];
  const counts = [helped, notHelpful, verifiedFixes];
  return said.filter((_, at) => (counts[at] ?? 0) > 0).join(language === 'zh' ? '，' : ', ');
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
