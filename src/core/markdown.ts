/** Markdown of texts that hold anything: what they say is shown, and none of it becomes markup, links or code. */

/** A text within a line. What stands between two backticks stays code. */
export function prose(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line
    .split(/(`[^`]+`)/)
    .map((part, at) => (at % 2 === 1 ? part : part.replace(/[\\`*<>[\]{}|]/g, (character) => `\\${character}`)))
    .join('')
    .replace(/^([#+-]|\d+[.)])(?=\s)/, '\\$1');
}

/** A name, set apart. */
export function code(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const ticks = '`'.repeat(longestRun(line) + 1);
  const room = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return line === '' ? '' : `${ticks}${room}${line}${room}${ticks}`;
}

/** Lines exactly as they are. */
export function fenced(lines: readonly string[], indent = ''): string[] {
  const shown = lines.map((line) => line.replace(/[\r\n]+/g, ' '));
  const fence = '`'.repeat(Math.max(3, longestRun(shown.join('\n')) + 1));
  return [`${fence}text`, ...shown, fence].map((line) => `${indent}${line}`);
}

/** A text of front matter. */
export function scalar(text: string): string {
  return /^[A-Za-z][\w ./-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off)$/i.test(text)
    ? text
    : JSON.stringify(text);
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}
