/**
 * A name as it may stand in a command that a person will copy. The API server admits only harmless names; text that
 * came from anywhere else and holds more than that is replaced, so that nobody pastes it into a shell.
 */
export function word(name: string): string {
  return /^[A-Za-z0-9][A-Za-z0-9._:-]{0,252}$/.test(name) ? name : 'NAME';
}

/** `a, b and c`, at most `atMost` of them, with an honest count of the rest. */
export function listed(names: readonly string[], atMost = 8): string {
  const shown = names.slice(0, atMost);
  const rest = names.length - shown.length;
  if (rest > 0) return `${shown.join(', ')} and ${rest} more`;
  if (shown.length < 2) return shown.join('');
  return `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}
