import { answer } from '../src/app/answer.ts';
import { articlesOfFinding, giveOpinion } from '../src/app/feedback.ts';
import type { House } from '../src/app/house.ts';
import { knowledgeReport } from '../src/app/knowledge-report.ts';
import { originalOf } from '../src/core/article-standing.ts';
import type { Form } from '../src/core/screen.ts';
import type { CommandAsked, Mentioned, Pressed, Reply, Submitted } from '../src/ports/chat.ts';
import type { Opinion } from '../src/ports/feedback.ts';
import type { Command, Interactions } from './command.ts';

const usage =
  'Ask in your own words, in English or Chinese, or paste a log line: `/kb subnet not ready`. In a thread `@triage kb subnet not ready` answers for everybody there. `/kb report` lists what no article answered.';

/** `/kb`: searches the articles and answers the person who asked. */
export const kb: Command = {
  name: 'kb',
  summary: 'Searches the articles for a question, a finding or a log line.',
  usageHint: '[question] | report | help',
  examples: ['', 'subnet not ready after the leader changed', '子网 not ready 节点没有路由', 'report', 'help'],
  run: async (asked, house) => {
    const text = asked.text.trim();
    if (text === '') return { reply: 'form', form: questionForm };
    return askPrivately(asked, text, house);
  },
};

export const kbInteractions: Interactions = {
  mentions: { kb: askInThread },
  presses: { 'article-helped': opine('helped'), 'article-not-helpful': opine('not-helpful') },
  forms: { kb: askByForm, opinion: opineByForm },
};

const questionForm: Form = {
  form: 'kb',
  title: 'Search the articles',
  submit: 'Search',
  carries: {},
  fields: [
    {
      name: 'question',
      label: 'What do you want to know?',
      hint: 'In your own words, in English or Chinese, or a log line as it is.',
      optional: false,
      kind: 'text',
      multiline: true,
    },
  ],
};

async function askPrivately({ delivery }: Pick<CommandAsked, 'delivery'>, text: string, house: House): Promise<Reply> {
  if (/^(?:help|--help|-h|\?|帮助)$/i.test(text)) return { reply: 'whisper', text: usage };
  if (/^(?:report|报告)$/i.test(text)) return { reply: 'whisper', text: await knowledgeReport(house) };
  return { reply: 'screen', screen: await answer({ delivery, text }, house) };
}

/** `@triage kb …` in a thread is answered to everybody who reads it; elsewhere to the person alone. */
async function askInThread(mentioned: Mentioned, house: House): Promise<Reply> {
  const { delivery, channel, thread } = mentioned;
  const text = mentioned.text.trim().replace(/^\S+\s*/, '');
  if (text === '') return { reply: 'whisper', text: usage };
  const reply = await askPrivately(mentioned, text, house);
  if (thread === undefined || reply.reply !== 'screen') return reply;
  await house.chat.show({ key: `kb/${delivery}`, channel, under: { thread }, screen: reply.screen });
  return { reply: 'nothing' };
}

async function askByForm(submitted: Submitted, house: House): Promise<Reply> {
  const text = submitted.answers['question']?.trim() ?? '';
  if (text === '') return { reply: 'mistakes', mistakes: { question: 'Say what you want to know.' } };
  return askPrivately(submitted, text, house);
}

const forgotten: Reply = {
  reply: 'whisper',
  text: 'The articles of this finding are not known here any more, so nothing was counted.',
};

/** One article is judged at once; of several the person says which. */
function opine(opinion: Opinion): (pressed: Pressed, house: House) => Promise<Reply> {
  return async ({ value, by }, house) => {
    const [run = '', mark = ''] = value.split(' ');
    const articles = await articlesOfFinding(run, mark, house);
    const [article] = articles;
    if (article === undefined) return forgotten;
    if (articles.length === 1) {
      return { reply: 'whisper', text: await giveOpinion({ run, article, by, opinion }, house) };
    }
    return {
      reply: 'form',
      form: {
        form: 'opinion',
        title: opinion === 'helped' ? 'What helped?' : 'What did not help?',
        submit: 'Say so',
        carries: { run, mark, opinion },
        fields: [
          {
            name: 'article',
            label: 'Which article?',
            optional: false,
            kind: 'choice',
            // A place, because an id can be longer than what a choice may carry.
            options: articles.map(({ title, id }, at) => ({
              value: String(at),
              label: title,
              describes: originalOf(id),
            })),
          },
        ],
      },
    };
  };
}

async function opineByForm({ carries, answers, by }: Submitted, house: House): Promise<Reply> {
  const { run = '', mark = '', opinion } = carries;
  const { article: chosen } = answers;
  if (chosen === undefined) return { reply: 'mistakes', mistakes: { article: 'Choose an article.' } };
  const article = (await articlesOfFinding(run, mark, house))[Number(chosen)];
  if (article === undefined || (opinion !== 'helped' && opinion !== 'not-helpful')) return forgotten;
  return { reply: 'whisper', text: await giveOpinion({ run, article, by, opinion }, house) };
}
