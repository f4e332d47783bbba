/** The languages a draft is written in; what the run recorded is quoted as it was recorded. */
export const draftLanguages = ['en', 'zh'] as const;
export type DraftLanguage = (typeof draftLanguages)[number];

/** An article made of a run's records, for a person to finish. */
export type Draft = {
  readonly run: string;
  /** Of the finding that was resolved. */
  readonly code: string;
  readonly language: DraftLanguage;
  readonly title: string;
  readonly markdown: string;
};
