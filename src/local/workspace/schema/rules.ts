import { isFields, own } from '../json.ts';

/** Collects what is wrong with a payload, in the words and form of Slack's `response_metadata.messages`. */
export type Problems = { readonly messages: readonly string[]; add(pointer: string, says: string): void };

export function createProblems(): Problems {
  const messages: string[] = [];
  const add = (pointer: string, says: string): void => {
    const parent = pointer.slice(0, pointer.lastIndexOf('/'));
    const outer = `[ERROR] failed to match all allowed schemas [json-pointer:${parent}]`;
    if (parent !== '' && !messages.includes(outer)) messages.push(outer);
    messages.push(`[ERROR] ${says} [json-pointer:${pointer}]`);
  };
  return { messages, add };
}

/** Looks at one value and reports what Slack would refuse about it. */
export type Rule = (value: unknown, pointer: string, problems: Problems) => void;

export const anything: Rule = () => undefined;

export const flag: Rule = (value, pointer, problems) => {
  if (typeof value !== 'boolean') problems.add(pointer, 'must provide a boolean');
};

export function characters({ min = 0, max }: { min?: number; max?: number }): Rule {
  return (value, pointer, problems) => {
    if (typeof value !== 'string') return problems.add(pointer, 'must provide a string');
    if (value.length < min) problems.add(pointer, `must be more than ${min - 1} characters`);
    if (max !== undefined && value.length > max) problems.add(pointer, `must be less than ${max + 1} characters`);
  };
}

export function wholeNumber({ min, max }: { min?: number; max?: number } = {}): Rule {
  return (value, pointer, problems) => {
    if (typeof value !== 'number' || !Number.isInteger(value)) return problems.add(pointer, 'must provide an integer');
    if (min !== undefined && value < min) problems.add(pointer, `must be at least ${min}`);
    if (max !== undefined && value > max) problems.add(pointer, `must be at most ${max}`);
  };
}

export function oneOf(...words: readonly string[]): Rule {
  return (value, pointer, problems) => {
    if (typeof value !== 'string' || !words.includes(value)) {
      problems.add(pointer, `must be one of: ${words.join(', ')}`);
    }
  };
}

export function pattern(form: RegExp, says: string): Rule {
  return (value, pointer, problems) => {
    if (typeof value !== 'string' || !form.test(value)) problems.add(pointer, says);
  };
}

export function list(rule: Rule, { min = 0, max }: { min?: number; max?: number } = {}): Rule {
  return (value, pointer, problems) => {
    if (!Array.isArray(value)) return problems.add(pointer, 'must provide an array');
    if (value.length < min) problems.add(pointer, `no fewer than ${min} items allowed`);
    if (max !== undefined && value.length > max) problems.add(pointer, `no more than ${max} items allowed`);
    for (const [index, item] of value.entries()) rule(item, `${pointer}/${index}`, problems);
  };
}

export type Properties = { required?: Readonly<Record<string, Rule>>; optional?: Readonly<Record<string, Rule>> };

/** An object with exactly these properties: Slack refuses a missing one and an additional one alike. */
export function shape({ required = {}, optional = {} }: Properties): Rule {
  return (value, pointer, problems) => {
    if (!isFields(value)) return problems.add(pointer, 'must be a valid object');
    for (const name of Object.keys(required)) {
      if (value[name] === undefined || value[name] === null) problems.add(pointer, `missing required field: ${name}`);
    }
    for (const [name, held] of Object.entries(value)) {
      const rule = own(required, name) ?? own(optional, name);
      if (rule === undefined) problems.add(pointer, `invalid additional property: ${name}`);
      else if (held !== undefined && held !== null) rule(held, `${pointer}/${name}`, problems);
    }
  };
}

/** One of several objects, told apart by their `type`. */
export function byType(rules: () => Readonly<Record<string, Rule>>): Rule {
  return (value, pointer, problems) => {
    if (!isFields(value)) return problems.add(pointer, 'must be a valid object');
    if (typeof value['type'] !== 'string') return problems.add(pointer, 'missing required field: type');
    const rule = own(rules(), value['type']);
    if (rule === undefined) return problems.add(`${pointer}/type`, `unsupported type: ${value['type']}`);
    rule(value, pointer, problems);
  };
}

/** A text object of one of the two kinds, from one character up to `max`. */
export function text(max: number, kinds: readonly ('plain_text' | 'mrkdwn')[] = ['plain_text', 'mrkdwn']): Rule {
  const held = characters({ min: 1, max });
  return (value, pointer, problems) => {
    if (!isFields(value)) return problems.add(pointer, 'must be a valid object');
    const kind = value['type'];
    if (kind !== 'plain_text' && kind !== 'mrkdwn') return problems.add(`${pointer}/type`, 'must be a text object');
    if (!kinds.includes(kind)) return problems.add(`${pointer}/type`, `must be of type ${kinds.join(' or ')}`);
    const optional = kind === 'plain_text' ? { emoji: flag } : { verbatim: flag };
    shape({ required: { type: anything, text: held }, optional })(value, pointer, problems);
  };
}

export const plainText = (max: number): Rule => text(max, ['plain_text']);
export const mrkdwn = (max: number): Rule => text(max, ['mrkdwn']);
