import { type AnalysedArticle, fields } from './analyse.ts';
import type { Postings } from './postings.ts';
import { rankWeights } from './rank-weights.ts';
import type { PerLanguage, WeighedConcept } from './whole.ts';

export type Judgement = {
  /** Shares of what was asked, about 0 to 1: in the best passage, in the title, and of the title in the question. */
  readonly passage: number;
  readonly title: number;
  readonly named: number;
  /** The share of neighbouring words of the question that stand next to each other in a passage. */
  readonly order: number;
  /** Number of the section of the best passage, -1 when that is the description. */
  readonly section: number;
  /** For every concept the term that says it in the best passage, or in the title, or -1. */
  readonly matched: readonly number[];
};

const titleField = fields.indexOf('title');
const headingField = fields.indexOf('heading');
// Words that belong together stand this close: between them there may be their own parts and one other word.
const nextTo = 3;

/** For each concept how closely the nearest of its words says it, 0 to 1, and which word that was. */
type Said = { readonly share: Float32Array; readonly term: Int32Array };

/** Judges articles one after the other by their titles and passages, for one question, until `end` is called. */
export function createJudge(concepts: readonly WeighedConcept[], postings: Postings, scale: PerLanguage) {
  const amount = concepts.length;
  const slots = slotsOf(concepts);
  const isAsked = postings.marks;
  for (const term of slots.keys()) isAsked[term] = 1;
  const said = (): Said => ({ share: new Float32Array(amount), term: new Int32Array(amount) });
  const [title, heading, passage, best] = [said(), said(), said(), said()];
  const together = new Uint8Array(amount);
  const worths = { en: concepts.map(({ worth }) => worth.en), zh: concepts.map(({ worth }) => worth.zh) };

  // Where in the stretch at hand an asked term stands: most terms were not asked for, and are looked at once.
  const heardAt: number[] = [];
  const listen = (terms: Int32Array, start: number, end: number): void => {
    heardAt.length = 0;
    for (let at = start; at < end; at += 1) if (isAsked[terms[at] ?? 0] === 1) heardAt.push(at);
  };

  const take = (terms: Int32Array, first: number, behind: number, into: Said): void => {
    let last = -nextTo;
    let lastAt = -nextTo;
    for (let index = first; index < behind; index += 1) {
      const at = heardAt[index] ?? 0;
      const term = terms[at] ?? 0;
      for (const { concept, share } of slots.get(term) ?? []) {
        if (share > (into.share[concept] ?? 0)) {
          into.share[concept] = share;
          into.term[concept] = term;
        }
        if ((concept === last + 1 || concept === last + 2) && at - lastAt <= nextTo) together[last] = 1;
        last = concept;
        lastAt = at;
      }
    }
  };

  const judge = (article: AnalysedArticle): Judgement => {
    const { terms, spans, language } = article;
    const worth = worths[language];
    const value = ({ share }: Said) => share.reduce((sum, own, at) => sum + own * (worth[at] ?? 0), 0);
    for (const one of [title, heading, best]) one.share.fill(0);
    let [passageValue, headingValue, orderValue, named, section, headingOf] = [0, 0, 0, 0, -1, -1];

    const weighPassage = (part: number): void => {
      let [sum, pairs] = [0, 0];
      for (let at = 0; at < amount; at += 1) {
        const own = worth[at] ?? 0;
        sum +=
          own *
          Math.max(
            passage.share[at] ?? 0,
            (heading.share[at] ?? 0) * rankWeights.headingInPassage,
            (title.share[at] ?? 0) * rankWeights.titleInPassage,
          );
        if (together[at] === 1) pairs += Math.min(own, worth[at + 1] ?? 0);
      }
      orderValue = Math.max(orderValue, pairs);
      if (sum <= passageValue) return;
      passageValue = sum;
      section = part;
      best.share.set(passage.share);
      best.term.set(passage.term);
    };

    for (let at = 0; at < spans.length; at += 4) {
      const [start = 0, end = 0, field = 0, part = -1] = [spans[at], spans[at + 1], spans[at + 2], spans[at + 3]];
      listen(terms, start, end);
      if (field === titleField) {
        if (named === 0) named = shareAsked(terms.subarray(start, end), postings.rarity[language], slots, concepts);
        take(terms, 0, heardAt.length, title);
        continue;
      }
      if (headingOf !== part) heading.share.fill(0);
      headingOf = part;
      if (field === headingField) {
        take(terms, 0, heardAt.length, heading);
        headingValue = Math.max(headingValue, value(heading));
      }
      let [first, behind] = [0, 0];
      for (let from = start; first < heardAt.length; from += rankWeights.passageTerms / 2) {
        while (first < heardAt.length && (heardAt[first] ?? 0) < from) first += 1;
        while (behind < heardAt.length && (heardAt[behind] ?? 0) < from + rankWeights.passageTerms) behind += 1;
        if (first >= behind) continue;
        passage.share.fill(0);
        together.fill(0);
        take(terms, first, behind, passage);
        weighPassage(part);
        if (behind === heardAt.length) break;
      }
    }
    const pairsWorth = worth.reduce((sum, own, at) => sum + Math.min(own, worth[at + 1] ?? 0), 0);
    const matched = concepts.map((_, at) => {
      if ((best.share[at] ?? 0) > 0) return best.term[at] ?? -1;
      return (title.share[at] ?? 0) > 0 ? (title.term[at] ?? -1) : -1;
    });
    return {
      passage: passageValue / scale[language],
      title: Math.max(value(title), headingValue * rankWeights.headingAsTitle) / scale[language],
      named,
      order: pairsWorth === 0 ? 0 : orderValue / pairsWorth,
      section,
      matched,
    };
  };
  const end = (): void => {
    for (const term of slots.keys()) isAsked[term] = 0;
  };
  return { judge, end };
}

type Slots = ReadonlyMap<number, readonly { readonly concept: number; readonly share: number }[]>;

/** Which concepts a term says, and how closely beside the closest word that there is for them. */
function slotsOf(concepts: readonly WeighedConcept[]): Slots {
  const slots = new Map<number, { concept: number; share: number }[]>();
  for (const [concept, { terms }] of concepts.entries()) {
    const closest = Math.max(...terms.map(({ weight }) => weight));
    for (const { term, weight } of terms) {
      const known = slots.get(term) ?? [];
      known.push({ concept, share: weight / closest });
      slots.set(term, known);
    }
  }
  return slots;
}

/** The share of a title that was asked for, weighed by how rare its words are. */
function shareAsked(
  title: Int32Array,
  rarity: Float32Array,
  slots: Slots,
  concepts: readonly WeighedConcept[],
): number {
  let [asked, all] = [0, rankWeights.namedLeast];
  for (const term of title) {
    const rare = rarity[term] ?? 0;
    all += rare;
    const closest = (slots.get(term) ?? []).map(({ share, concept }) => share * (concepts[concept]?.weight ?? 1));
    asked += rare * Math.max(0, ...closest);
  }
  return asked / all;
}
