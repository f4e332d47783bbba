import type { Changes } from './changes.ts';
import type { Directory } from './directory.ts';
import type { Files } from './files.ts';
import type { Messages } from './messages.ts';
import type { ResponseUrls, Triggers } from './one-time.ts';
import type { Settings } from './options.ts';
import type { ApiCall } from './records.ts';
import type { Views } from './views.ts';

/** The whole state of the workspace, handed to whoever answers or asks. */
export type World = {
  readonly settings: Settings;
  readonly directory: Directory;
  readonly messages: Messages;
  readonly views: Views;
  readonly files: Files;
  readonly triggers: Triggers;
  readonly responseUrls: ResponseUrls;
  readonly changes: Changes;
  readonly calls: ApiCall[];
  /** Where the server listens: "http://127.0.0.1:4390". */
  address(): string;
};
