/** What a section is for. Findings and log lines look for causes and resolutions; `related` names other faults. */
export type SectionPart = 'symptom' | 'cause' | 'resolution' | 'environment' | 'related' | 'other';

/** A stretch of an article under one heading, or one of several problems told in one file. */
export type Section = {
  /** Unique in its article; the fragment of its address. The text before the first heading has ''. */
  readonly anchor: string;
  readonly heading: string;
  /** Of the heading, 1 to 6; 0 for the text before the first heading. */
  readonly level: number;
  readonly part: SectionPart;
  /** One of several problems told one after the other in a file without headings. */
  readonly problem: boolean;
  /** Markdown without its heading line. */
  readonly markdown: string;
};

export type ArticleSummary = {
  /** Path below its folder, without extension, `/` between the parts. */
  readonly id: string;
  readonly title: string;
  /** Finding codes that it was written for, from its front matter. */
  readonly findings: readonly string[];
};

/** An article as people see it. */
export type Article = ArticleSummary & { readonly markdown: string };

/** An article with everything that search and links need to know about it. */
export type ReadArticle = Article & {
  readonly language: 'en' | 'zh';
  /** Other names: the first heading when it is not the title, the original title, the words of the file name. */
  readonly otherTitles: readonly string[];
  /** The products that it is about, from its front matter, as written. */
  readonly products: readonly string[];
  /** Short texts of the front matter that describe the article: description, summary, tags, keywords. */
  readonly description: string;
  /** The identity it has where it came from: a page id, a knowledge-base number. Translations may share it. */
  readonly identity: string | undefined;
  readonly sections: readonly Section[];
};
