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

type Said = {
  /** The concepts that are said at all, the first `count` of them; only what is kept for these holds. */
  readonly concepts: Int32Array;
  count: number;
  /** How closely the nearest of its words says a concept, 0 to 1, and which word that is. */
  readonly share: Float32Array;
  readonly term: Int32Array;
  /** 1 where the concept that follows in the question stands next to it. */
  readonly together: Uint8Array;
};

function forget(said: Said): void {
  for (let at = 0; at < said.count; at += 1) {
    const concept = said.concepts[at] ?? 0;
    said.share[concept] = 0;
    said.together[concept] = 0;
  }
  said.count = 0;
}

function copy(from: Said, into: Said): void {
  forget(into);
  for (let at = 0; at < from.count; at += 1) {
    const concept = from.concepts[at] ?? 0;
    into.concepts[at] = concept;
    into.share[concept] = from.share[concept] ?? 0;
    into.term[concept] = from.term[concept] ?? -1;
  }
  into.count = from.count;
}

/** Judges articles one after the other by their titles and passages, for one question, until `end` is called. */
export function createJudge(concepts: readonly WeighedConcept[], postings: Postings, scale: PerLanguage) {
  const amount = concepts.length;
  const slots = slotsOf(concepts);
  // For each term the place of its slots, from 1 on: most terms were not asked for, and cost a look.
  const askedAs = postings.marks;
  const asked: Slot[][] = [[]];
  for (const [term, own] of slots) askedAs[term] = asked.push(own) - 1;
  const nothing = (): Said => ({
    concepts: new Int32Array(amount),
    count: 0,
    share: new Float32Array(amount),
    term: new Int32Array(amount),
    together: new Uint8Array(amount),
  });
  const [title, heading, passage, best] = [nothing(), nothing(), nothing(), nothing()];
  const worths = {
    en: Float64Array.from(concepts, ({ worth }) => worth.en),
    zh: Float64Array.from(concepts, ({ worth }) => worth.zh),
  };

  // Where in the stretch at hand an asked term stands.
  let heardAt = new Int32Array(1024);
  let heard = 0;
  const listen = (terms: Int32Array, start: number, end: number): void => {
    if (heardAt.length < end - start) heardAt = new Int32Array(2 * (end - start));
    heard = 0;
    for (let at = start; at < end; at += 1) if (askedAs[terms[at] ?? 0] !== 0) heardAt[heard++] = at;
  };

  const take = (terms: Int32Array, first: number, behind: number, into: Said): void => {
    let last = -nextTo;
    let lastAt = -nextTo;
    for (let index = first; index < behind; index += 1) {
      const at = heardAt[index] ?? 0;
      const term = terms[at] ?? 0;
      for (const { concept, share } of asked[askedAs[term] ?? 0] ?? []) {
        const known = into.share[concept] ?? 0;
        if (share > known) {
          if (known === 0) into.concepts[into.count++] = concept;
          into.share[concept] = share;
          into.term[concept] = term;
        }
        if ((concept === last + 1 || concept === last + 2) && at - lastAt <= nextTo) into.together[last] = 1;
        last = concept;
        lastAt = at;
      }
    }
  };

  // What the title and the heading say for a passage below them.
  const above = new Float64Array(amount);
  let aboveValue = 0;
  const lookAbove = (worth: Float64Array): void => {
    aboveValue = 0;
    for (let at = 0; at < amount; at += 1) {
      const { headingInPassage, titleInPassage } = rankWeights;
      const share = Math.max((heading.share[at] ?? 0) * headingInPassage, (title.share[at] ?? 0) * titleInPassage);
      above[at] = share;
      aboveValue += share * (worth[at] ?? 0);
    }
  };

  const judge = (article: AnalysedArticle): Judgement => {
    const { terms, spans, language } = article;
    const worth = worths[language];
    const value = (said: Said) => {
      let sum = 0;
      for (let at = 0; at < said.count; at += 1) {
        const concept = said.concepts[at] ?? 0;
        sum += (said.share[concept] ?? 0) * (worth[concept] ?? 0);
      }
      return sum;
    };
    for (const one of [title, heading, best]) forget(one);
    let [passageValue, headingValue, orderValue, named, section, headingOf] = [0, 0, 0, 0, -1, -1];
    let isNewAbove = true;

    const weighPassage = (part: number): void => {
      if (isNewAbove) lookAbove(worth);
      isNewAbove = false;
      let [sum, pairs] = [aboveValue, 0];
      for (let at = 0; at < passage.count; at += 1) {
        const concept = passage.concepts[at] ?? 0;
        const own = worth[concept] ?? 0;
        sum += own * Math.max(0, (passage.share[concept] ?? 0) - (above[concept] ?? 0));
        if (passage.together[concept] === 1) pairs += Math.min(own, worth[concept + 1] ?? 0);
      }
      orderValue = Math.max(orderValue, pairs);
      if (sum <= passageValue) return;
      passageValue = sum;
      section = part;
      copy(passage, best);
    };

    for (let at = 0; at < spans.length; at += 4) {
      const [start = 0, end = 0, field = 0, part = -1] = [spans[at], spans[at + 1], spans[at + 2], spans[at + 3]];
      listen(terms, start, end);
      if (field === titleField) {
        if (named === 0) named = shareAsked(terms.subarray(start, end), postings.rarity[language], slots, concepts);
        take(terms, 0, heard, title);
        isNewAbove = true;
        continue;
      }
      if (headingOf !== part) {
        forget(heading);
        isNewAbove = true;
      }
      headingOf = part;
      if (field === headingField) {
        take(terms, 0, heard, heading);
        isNewAbove = true;
        headingValue = Math.max(headingValue, value(heading));
      }
      let [first, behind] = [0, 0];
      for (let from = start; first < heard; from += rankWeights.passageTerms / 2) {
        while (first < heard && (heardAt[first] ?? 0) < from) first += 1;
        while (behind < heard && (heardAt[behind] ?? 0) < from + rankWeights.passageTerms) behind += 1;
        if (first >= behind) continue;
        forget(passage);
        take(terms, first, behind, passage);
        weighPassage(part);
        if (behind === heard) break;
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
    for (const term of slots.keys()) askedAs[term] = 0;
  };
  return { judge, end };
}

type Slot = { readonly concept: number; readonly share: number };
type Slots = ReadonlyMap<number, Slot[]>;

/** Which concepts a term says, and how closely beside the closest word that there is for them. */
function slotsOf(concepts: readonly WeighedConcept[]): Slots {
  const slots = new Map<number, Slot[]>();
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
