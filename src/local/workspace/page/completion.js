import { state } from './state.js';

/**
 * What the composer offers for what was typed: commands, their arguments, people and channels.
 * @param {string} text what is in the composer
 * @param {number} caret where the caret stands
 * @returns {{heading: string, start: number, items: Array<{insert: string, title: string, detail: string, kind: string}>}}
 */
export function completionsFor(text, caret) {
  const typed = text.slice(0, caret);
  if (typed.startsWith('/') && !typed.includes('\n')) return commandCompletions(typed);
  const word = /(?:^|\s)([@#])([\w.-]*)$/.exec(typed);
  if (word === null) return nothing;
  const start = caret - word[2].length - 1;
  return word[1] === '@' ? people(word[2], start) : channels(word[2], start);
}

const nothing = { heading: '', start: 0, items: [] };

function commandCompletions(typed) {
  const words = typed.split(/\s+/);
  if (words.length === 1) {
    const items = state.commands
      .filter(({ command }) => command.startsWith(typed))
      .map(({ command, description, usageHint }) => ({
        insert: `${command} `,
        title: command,
        usage: usageHint,
        detail: description,
        kind: 'command',
      }));
    return { heading: 'Commands', start: 0, items };
  }
  const command = state.commands.find((held) => held.command === words[0]);
  const place = words.length - 2;
  const last = words.at(-1);
  const offered = command?.completions?.[place] ?? [];
  const items = offered
    .filter(({ value }) => value.toLowerCase().startsWith(last.toLowerCase()))
    .map(({ value, description }) => ({
      insert: value.endsWith('=') ? value : `${value} `,
      title: value,
      detail: description,
      kind: 'argument',
    }));
  return {
    heading: command === undefined ? '' : `${command.command} ${command.usageHint}`,
    start: typed.length - last.length,
    items,
  };
}

function people(typed, start) {
  const everybody = [{ name: state.bot.name, realName: state.bot.name, title: 'the app' }, ...state.people];
  const items = everybody
    .filter(({ name, realName }) => `${name} ${realName}`.toLowerCase().includes(typed.toLowerCase()))
    .map(({ name, realName, title }) => ({
      insert: `@${name} `,
      title: `@${name}`,
      detail: [realName, title].filter(Boolean).join(', '),
      kind: 'person',
    }));
  return { heading: 'People', start, items };
}

function channels(typed, start) {
  const items = state.channels
    .filter(({ kind, name }) => kind === 'channel' && name.includes(typed.toLowerCase()))
    .map(({ name, topic }) => ({ insert: `#${name} `, title: `#${name}`, detail: topic, kind: 'channel' }));
  return { heading: 'Channels', start, items };
}
