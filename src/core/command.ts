/** What is told about a command: in help, in the chat's own command list and on the bot's home tab. */
export type CommandDescription = {
  /** Without the slash: `triage`. */
  readonly name: string;
  /** One whole sentence. */
  readonly summary: string;
  /** What may follow the name: `[playbook] [cluster] [key=value ...]`. */
  readonly usageHint: string;
  /** What can be typed after the name; an empty text is the command alone. Each of them parses. */
  readonly examples: readonly string[];
};
