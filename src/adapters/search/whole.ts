import type { Postings } from './postings.ts';
import type { Concept } from './question.ts';
import { rankWeights } from './rank-weights.ts';

export type PerLanguage = Readonly<Record<'en' | 'zh', number>>;

/** A concept with what it is worth in articles of each language: 0 where no article says it in any word. */
export type WeighedConcept = Concept & { readonly worth: PerLanguage };

/** `article` is its number in the postings. */
export type Candidate = { readonly article: number; readonly score: number };

/**
 * BM25F over whole articles. Of the words for one concept the best alone counts, and the concept is as rare as all
 * its words together: a rare synonym of a common word is not worth more than the word.
 *
 * Scores are divided by what a perfect article of the language could attain, so that an article in the other language
 * can come first. A concept that no article of a language says is left out there in part: the less, the surer it is
 * that a translation would say it with the same word, as it does with names of products.
 * @param most so many articles are given back, best first
 * @param only those for which this is true; all when it is not given
 */
export function scoreWholes(
  concepts: readonly Concept[],
  postings: Postings,
  most: number,
  only?: (article: number) => boolean,
) {
  const { isChinese, starts, article, impact, size } = postings;
  const { scores, strongest, closest, touched } = postings.scratch;
  scores.fill(0);

  const weigh = (concept: Concept): WeighedConcept => {
    let count = 0;
    for (const { term, weight: share } of concept.terms) {
      for (let at = starts[term] ?? 0, end = starts[term + 1] ?? 0; at < end; at += 1) {
        const number = article[at] ?? 0;
        if (closest[number] === 0) touched[count++] = number;
        if (share > (closest[number] ?? 0)) closest[number] = share;
        const value = share * (impact[at] ?? 0);
        if (value > (strongest[number] ?? 0)) strongest[number] = value;
      }
    }
    let [holdingEn, holdingZh, attainsEn, attainsZh] = [0, 0, 0, 0];
    for (let at = 0; at < count; at += 1) {
      const number = touched[at] ?? 0;
      const share = closest[number] ?? 0;
      if (isChinese[number] === 1) {
        holdingZh += share * share;
        attainsZh = Math.max(attainsZh, share);
      } else {
        holdingEn += share * share;
        attainsEn = Math.max(attainsEn, share);
      }
    }
    const rareEn = holdingEn === 0 ? 0 : concept.weight * rarityOf(holdingEn, size.en);
    const rareZh = holdingZh === 0 ? 0 : concept.weight * rarityOf(holdingZh, size.zh);
    for (let at = 0; at < count; at += 1) {
      const number = touched[at] ?? 0;
      const rare = isChinese[number] === 1 ? rareZh : rareEn;
      scores[number] = (scores[number] ?? 0) + (strongest[number] ?? 0) * rare;
      strongest[number] = 0;
      closest[number] = 0;
    }
    return { ...concept, worth: { en: rareEn * attainsEn, zh: rareZh * attainsZh } };
  };

  const weighed = concepts.map(weigh);
  const scale = { en: attainable(weighed, 'en', 'zh'), zh: attainable(weighed, 'zh', 'en') };
  if (only !== undefined) scores.forEach((_, number) => only(number) || (scores[number] = 0));
  const candidates = bestOf(scores, (number) => (isChinese[number] === 1 ? scale.zh : scale.en), most);
  return { concepts: weighed, scale, candidates };
}

/** Keeps the best in order while it goes through all: most are worse than the last of them, and cost a look. */
function bestOf(scores: Float64Array, scaleOf: (number: number) => number, most: number): Candidate[] {
  const best: Candidate[] = [];
  for (let number = 0; number < scores.length; number += 1) {
    if (scores[number] === 0) continue;
    const score = (scores[number] ?? 0) / scaleOf(number);
    if (best.length === most && score <= (best[most - 1]?.score ?? 0)) continue;
    let at = Math.min(best.length, most - 1);
    while (at > 0 && (best[at - 1]?.score ?? 0) < score) at -= 1;
    best.splice(at, 0, { article: number, score });
    if (best.length > most) best.pop();
  }
  return best;
}

/** How much a concept tells that so many of all articles say. */
export function rarityOf(holding: number, size: number): number {
  return Math.log(1 + (Math.max(size - holding, 0) + 0.5) / (holding + 0.5)) ** rankWeights.rarity;
}

function attainable(concepts: readonly WeighedConcept[], own: 'en' | 'zh', other: 'en' | 'zh'): number {
  const { untranslated } = rankWeights;
  return concepts.reduce(
    (sum, { worth, form }) => sum + (worth[own] > 0 ? worth[own] : worth[other] * untranslated[form]),
    1e-9,
  );
}
