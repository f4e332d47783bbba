const mostRead = 20_000;
const mostShown = 400;

/** The first words of a stretch of Markdown as a reader sees them, on one line: no pictures, markup or code blocks. */
export function plainWords(markdown: string): string {
  const text = markdown
    .slice(0, mostRead)
    .replace(/^ {0,8}(`{3,}|~{3,})[\s\S]*?(?:^ {0,8}\1[`~]*[ \t]*$|$(?![\s\S]))/gm, ' ')
    .replace(/!\[[^\]\n]{0,500}\]\([^)\n]{0,2000}\)/g, ' ')
    .replace(/\[([^\]\n]{1,500})\]\([^)\n]{0,2000}\)/g, '$1')
    .replace(/<[^<>\n]{1,500}>/g, ' ')
    .replace(/^\s*\|?[\s:|-]+\|?\s*$/gm, ' ')
    .replace(/^\s*(?:#{1,6}\s+|>\s?|[-*+]\s+|\d{1,3}[.)]\s+)/gm, '')
    .replace(/^[ \t]*\||\|[ \t]*$/gm, '')
    .replace(/[ \t]*\|[ \t]*/g, ' · ')
    .replace(/\*\*|__|`/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  return text.length <= mostShown ? text : `${text.slice(0, mostShown).replace(/\s\S{0,40}$/, '')} …`.toWellFormed();
}
