import type { Fields } from './json.ts';

/** An answer of `ok: false`. `code` is Slack's error word, `details` the other fields of the answer. */
export class Refusal extends Error {
  readonly code: string;
  readonly details: Fields;

  constructor(code: string, details: Fields = {}) {
    super(code);
    this.name = 'Refusal';
    this.code = code;
    this.details = details;
  }
}

/** A refusal in the form Slack explains rejected blocks, views and metadata. */
export function refusalWithMessages(code: string, messages: readonly string[]): Refusal {
  const errors = messages.map((message) => message.replace('[ERROR] ', ''));
  return new Refusal(code, { errors, response_metadata: { messages } });
}
