import { plainText } from '../../core/redact.ts';

/** How many columns a character takes: East Asian wide and emoji take two, combining marks none. */
function columnsOf(character: string): number {
  if (/\p{Mark}/u.test(character)) return 0;
  return /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Extended_Pictographic}/u.test(
    character,
  )
    ? 2
    : 1;
}

export function widthOf(text: string): number {
  return [...text].reduce((sum, character) => sum + columnsOf(character), 0);
}

/** Breaks text at spaces, or inside a word that is longer than a line; Chinese may break anywhere. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/ +|(?<=[\u3000-\u9FFF\uFF00-\uFFEF])/)) {
    const gap = line === '' || /[\u3000-\u9FFF\uFF00-\uFFEF]$/.test(line) ? '' : ' ';
    if (line !== '' && widthOf(line + gap + word) > width) {
      lines.push(line);
      line = word;
    } else {
      line += gap + word;
    }
    while (widthOf(line) > width && !line.includes(' ')) {
      const head = [...line].slice(0, width).join('');
      lines.push(head);
      line = line.slice(head.length);
    }
  }
  return line === '' && lines.length > 0 ? lines : [...lines, line];
}

/** Wrapped lines behind a first prefix, which may be coloured, and the following ones behind another. */
export function hang(text: string, first: string, rest: string, width: number): string[] {
  const prefix = Math.max(widthOf(plainText(first)), widthOf(rest));
  return wrap(text, Math.max(20, width - prefix)).map((line, index) => (index === 0 ? first : rest) + line);
}

/** The text in at most so many columns, its end replaced by a dot-dot-dot when it is longer. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = '';
  let columns = 1;
  for (const character of text) {
    columns += columnsOf(character);
    if (columns > width) break;
    kept += character;
  }
  return `${kept}…`;
}
