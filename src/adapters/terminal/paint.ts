/** Colours of a terminal, by what they mean. Without colour every function gives its text back. */
export type Paint = Readonly<Record<'bold' | 'dim' | 'bad' | 'warn' | 'good' | 'doubt', (text: string) => string>>;

const codes = { bold: '1', dim: '2', bad: '31', warn: '33', good: '32', doubt: '35' } as const;

export function createPaint(colour: boolean): Paint {
  const coloured = (code: string) => (text: string) => (colour ? `\u001B[${code}m${text}\u001B[0m` : text);
  return {
    bold: coloured(codes.bold),
    dim: coloured(codes.dim),
    bad: coloured(codes.bad),
    warn: coloured(codes.warn),
    good: coloured(codes.good),
    doubt: coloured(codes.doubt),
  };
}
