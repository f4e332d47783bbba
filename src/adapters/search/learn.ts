import { particles, stopPairs } from './stop-words.ts';
import { isHan } from './tokenise.ts';
import { englishWords } from './twins.ts';

/** That an English stem and a Chinese word say the same, and how sure that is, 0 to 1. */
export type LearnedWord = readonly [english: string, chinese: string, weight: number];

const rounds = 5;
const longestText = 80;
const leastSeen = 3;
const leastSure = 0.12;
const mostPerWord = 4;

/**
 * Learns which words say the same from texts that do: expectation maximisation in both directions (IBM model 1,
 * Brown et al. 1993), of which only what both directions believe is kept. Words alone are learned, no texts.
 */
export function learnWords(texts: readonly (readonly [en: string, zh: string])[]): LearnedWord[] {
  const english = numberer();
  const chinese = numberer();
  const pairs = texts
    .map(([en, zh]) => [englishWords(en).map(english.number), chineseWords(zh).map(chinese.number)] as const)
    .filter(([en, zh]) => en.length > 0 && zh.length > 0 && en.length < longestText && zh.length < longestText * 1.5);
  const forward = estimate(pairs, english.size());
  const backward = estimate(
    pairs.map(([en, zh]) => [zh, en] as const),
    chinese.size(),
  );
  const seenEnglish = countSeen(pairs.map(([en]) => en));
  const seenChinese = countSeen(pairs.map(([, zh]) => zh));

  const words: LearnedWord[] = [];
  for (const [one, targets] of forward.entries()) {
    if ((seenEnglish.get(one) ?? 0) < leastSeen) continue;
    const found: LearnedWord[] = [];
    for (const [other, chance] of targets ?? []) {
      const name = chinese.name(other);
      if ((seenChinese.get(other) ?? 0) < leastSeen || !/^[\u3400-\u9fff]/.test(name)) continue;
      const sure = Math.sqrt(chance * (backward[other]?.get(one) ?? 0));
      if (sure >= leastSure) found.push([english.name(one), name, Math.round(Math.min(1, sure) * 100) / 100]);
    }
    words.push(...found.sort((a, b) => b[2] - a[2]).slice(0, mostPerWord));
  }
  return words.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : b[2] - a[2]));
}

/** For every source word the chance of each target word. */
function estimate(
  pairs: readonly (readonly [readonly number[], readonly number[]])[],
  sources: number,
): (Map<number, number> | undefined)[] {
  let chances: (Map<number, number> | undefined)[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const counts: (Map<number, number> | undefined)[] = Array.from({ length: sources });
    for (const [from, to] of pairs) {
      for (const target of to) {
        let sum = 0;
        for (const source of from) sum += round === 0 ? 1 : (chances[source]?.get(target) ?? 0);
        if (sum === 0) continue;
        for (const source of from) {
          const share = (round === 0 ? 1 : (chances[source]?.get(target) ?? 0)) / sum;
          if (share < 0.001) continue;
          let own = counts[source];
          if (own === undefined) counts[source] = own = new Map();
          own.set(target, (own.get(target) ?? 0) + share);
        }
      }
    }
    chances = counts.map((own) => {
      if (own === undefined) return undefined;
      const total = [...own.values()].reduce((sum, value) => sum + value, 0);
      return new Map([...own].map(([target, value]) => [target, value / total] as const));
    });
  }
  return chances;
}

/** Pairs of neighbouring Chinese characters, and the stems of the English words between them, which explain themselves. */
function chineseWords(text: string): string[] {
  const words = new Set(englishWords(text));
  for (let at = 0; at + 1 < text.length; at += 1) {
    if (!isHan(text.charCodeAt(at)) || !isHan(text.charCodeAt(at + 1))) continue;
    const pair = text.slice(at, at + 2);
    if (!stopPairs.has(pair) && !particles.test(pair)) words.add(pair);
  }
  return [...words];
}

function numberer() {
  const numbers = new Map<string, number>();
  const names: string[] = [];
  return {
    number: (name: string): number => {
      const known = numbers.get(name);
      if (known !== undefined) return known;
      numbers.set(name, names.length);
      names.push(name);
      return names.length - 1;
    },
    name: (number: number) => names[number] ?? '',
    size: () => names.length,
  };
}

function countSeen(lists: readonly (readonly number[])[]): Map<number, number> {
  const seen = new Map<number, number>();
  for (const list of lists) for (const one of list) seen.set(one, (seen.get(one) ?? 0) + 1);
  return seen;
}
