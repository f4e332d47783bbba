import { requestDraft } from '../src/app/draft.ts';
import type { House } from '../src/app/house.ts';
import type { DraftLanguage } from '../src/core/draft.ts';
import { WrongUsage } from '../src/core/errors.ts';
import type { Mentioned, Pressed, Reply } from '../src/ports/chat.ts';
import type { Interactions } from './command.ts';
import { wordsOf } from './parse-triage.ts';

/** `@triage draft [zh]` in a resolved thread, and the button on a resolved card. */
export const draft: Interactions = {
  mentions: { draft: draftByMention },
  presses: { draft: draftByButton },
};

const languages: Readonly<Record<string, DraftLanguage>> = {
  en: 'en',
  english: 'en',
  zh: 'zh',
  中文: 'zh',
  chinese: 'zh',
};

async function draftByMention({ delivery, by, channel, thread, text }: Mentioned, house: House): Promise<Reply> {
  if (thread === undefined) {
    throw new WrongUsage('A draft is written from one run.', 'Say @triage draft in the thread of a resolved run.');
  }
  const [, word, ...rest] = wordsOf(text);
  const language = word === undefined ? 'en' : languages[word.toLowerCase()];
  if (language === undefined || rest.length > 0) {
    throw new WrongUsage('I write drafts in English and Chinese.', 'Say @triage draft or @triage draft zh.');
  }
  const runs = await house.records.runsOfThread(channel, thread);
  return { reply: 'whisper', text: await requestDraft({ delivery, by, language, runs }, house) };
}

async function draftByButton({ delivery, by, value }: Pressed, house: House): Promise<Reply> {
  const proposal = await house.records.proposal(value);
  const runs = proposal === undefined ? [] : [proposal.proposal.run];
  return { reply: 'whisper', text: await requestDraft({ delivery, by, language: 'en', runs }, house) };
}
