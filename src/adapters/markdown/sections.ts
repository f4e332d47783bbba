import type { Section, SectionPart } from '../../core/article.ts';

const heading = /^ {0,3}(#{1,6})\s+(.*?)(?:\s+#+)?\s*$/;
const underline = /^ {0,3}=+\s*$/;
const fence = /^\s*(`{3,}|~{3,})/;
// `- 问题1，表现：...`, `**Problem 2:** ...`, `3. Case three`: several faults told in one file without headings.
const problemMark =
  /^ {0,1}(?:[-*+]\s+|\d{1,2}[.)]\s+)?(?:\*\*)?((?:问题|案例|故障|场景|Problem|Issue|Case|Incident)\s*(?:\d{1,2}|[一二三四五六七八九十])\s*(?:[，,：:、.．)）—*-].*|$))/i;

// The first that matches a heading decides. `问题` alone is the symptom, `问题原因` the cause, `问题解决` the resolution.
const parts: readonly (readonly [SectionPart, RegExp])[] = [
  ['environment', /related information|environment|affected .*version|applicable version|环境|适用版本|版本信息/i],
  [
    'related',
    /\brelated\b|references?$|further reading|see also|next steps|additional resources|verification steps|validation$|expected output|参考|相关(?:文档|链接|信息|内容)|延伸阅读|后续步骤/i,
  ],
  ['cause', /\bcauses?\b|\breason\b|\bwhy\b(?! \S+\?$)|原因|根因|成因|问题分析|故障分析/i],
  [
    'resolution',
    /resolution|solution|\bfix(?:es|ing)?\b|mitigation|workaround|recover|remed|repair|解决|处理|修复|恢复|规避|缓解|临时方案|变通/i,
  ],
  [
    'symptom',
    /symptom|\bissue\b|\bproblem\b|meaning|description|error message|impact|现象|问题|表现|描述|影响|报错|告警/i,
  ],
];

function partOf(title: string): SectionPart {
  return parts.find(([, pattern]) => pattern.test(title))?.[0] ?? 'other';
}

type Open = { heading: string; level: number; problem: boolean; lines: string[] };

/**
 * Cuts an article at its headings, and at its problems when one file tells several. A heading inside a fence is code.
 * A section below another has its part, unless its own heading says another.
 */
export function sectionsOf(markdown: string): readonly Section[] {
  const opened = cut(markdown.split('\n'));
  const anchors = new Map<string, number>();
  const partAt: SectionPart[] = [];
  return opened.map(({ heading: written, level, problem, lines }) => {
    const text = lines.join('\n');
    const title =
      problem && plain(written).length < 8 ? `${plain(written)} ${firstWords(lines)}`.trim() : plain(written);
    const own = problem ? 'symptom' : partOf(title);
    const above = partAt.slice(0, level).findLast((part) => part !== undefined) ?? 'other';
    const part = own === 'other' && level > 1 ? above : own;
    partAt.length = level;
    partAt[level] = level <= 1 ? 'other' : part;
    return {
      anchor: anchorOf(title, anchors),
      heading: title,
      level,
      part: level === 1 ? 'other' : part,
      problem,
      markdown: text,
    };
  });
}

function cut(lines: readonly string[]): Open[] {
  const several = lines.filter((line) => problemMark.test(line)).length > 1;
  const sections: Open[] = [{ heading: '', level: 0, problem: false, lines: [] }];
  let inFence: string | undefined;
  for (const [index, line] of lines.entries()) {
    const mark = fence.exec(line)?.[1];
    if (inFence !== undefined) {
      if (mark !== undefined && mark.startsWith(inFence) && line.trim() === mark) inFence = undefined;
    } else if (mark !== undefined) {
      inFence = mark;
    } else {
      const found = heading.exec(line);
      const problem = several ? problemMark.exec(line) : null;
      if (found !== null && found[2] !== '') {
        sections.push({ heading: found[2] ?? '', level: found[1]?.length ?? 1, problem: false, lines: [] });
        continue;
      }
      if (problem !== null) {
        sections.push({ heading: problem[1] ?? '', level: 2, problem: true, lines: [] });
        continue;
      }
      if (underline.test(line) && (lines[index - 1] ?? '').trim() !== '') {
        const title = sections.at(-1)?.lines.pop() ?? '';
        sections.push({ heading: title.trim(), level: 1, problem: false, lines: [] });
        continue;
      }
    }
    sections.at(-1)?.lines.push(line);
  }
  return sections.filter(({ level, lines: own }) => level > 0 || own.some((line) => line.trim() !== ''));
}

/** The words of a heading without its markup. */
function plain(title: string): string {
  return title
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\s*\{#[^}]*\}\s*$/, '')
    .replace(/<[^>]{0,200}>/g, '')
    .replace(/\\([[\]_*`#<>])/g, '$1')
    .replace(/[*`]/g, '')
    .replace(/^\[([^\]]*)\]$/, '$1')
    .trim();
}

function firstWords(lines: readonly string[]): string {
  const line = lines.find((one) => /[\p{L}\p{N}]/u.test(one)) ?? '';
  return plain(line.replace(/^\s*(?:[-*+>]|\d{1,2}[.)])\s*/, '')).slice(0, 80);
}

function anchorOf(title: string, taken: Map<string, number>): string {
  if (title === '') return '';
  const slug =
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s+/g, '-')
      .slice(0, 80) || 'section';
  const used = taken.get(slug) ?? 0;
  taken.set(slug, used + 1);
  // A heading may itself end in a number that a repeated one was given: look on until the anchor is free.
  if (used === 0) return slug;
  return anchorOf(`${slug}-${used}`, taken);
}
