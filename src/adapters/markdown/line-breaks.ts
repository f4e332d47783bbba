// A few hundred characters on one line are a paragraph; several headings on one line are a file that lost its breaks.
const headingInLine = /[^\s#`]#{1,6} (?=\S)/g;

/** True when headings stand in the middle of lines and hardly any line begins with one. */
function lostItsBreaks(text: string): boolean {
  const inLine = text.match(headingInLine)?.length ?? 0;
  if (inLine < 2) return false;
  const atStart = text.match(/^#{1,6} /gm)?.length ?? 0;
  const lines = text.split('\n').length;
  return inLine > 2 * atStart && text.length / lines > 120;
}

/** Puts the breaks back into a text whose lines were joined: before headings, list items, pictures and fences. */
export function restoreLineBreaks(text: string): string {
  if (!lostItsBreaks(text)) return text;
  return text
    .replace(/-->/g, '-->\n')
    .replace(/(?<=[^\s#`])(#{1,6} (?=\S))/g, '\n\n$1')
    .replace(
      /(#{1,6} \[?(?:Cause|Resolution|Workaround|Related Information|Diagnosis|Symptoms?|Issue|Environment)(?:\]|(?!\])))(?=\S)/gi,
      '$1\n',
    )
    .replace(/(?<=\S)(!\[)/g, '\n$1')
    .replace(/(?<=\))(- )(?=\S)/g, '\n$1')
    .replace(/(?<=[^\s|-])- (?=[\p{L}\p{N}])/gu, '\n- ')
    .replace(/(?<=\S)(\*\*Screenshots\*\*)/g, '\n$1')
    .replace(/(?<=\S)```/g, '\n```');
}
