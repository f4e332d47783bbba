import { newId } from './identifiers.ts';
import type { StoredFile } from './records.ts';
import { Refusal } from './refusal.ts';

/** Uploads in Slack's three steps: ask for an address, post the bytes, complete. */
export type Files = {
  expect(name: string, size: number, snippetType: string | undefined): StoredFile;
  receive(id: string, content: Buffer): StoredFile;
  complete(id: string, title: string | undefined): StoredFile;
  remove(id: string): void;
  find(id: string): StoredFile | undefined;
  all(): readonly StoredFile[];
};

export function createFiles(now: () => number): Files {
  const files = new Map<string, StoredFile>();
  const need = (id: string): StoredFile => {
    const file = files.get(id);
    if (file === undefined) throw new Refusal('file_not_found');
    return file;
  };
  const keep = (file: StoredFile): StoredFile => {
    files.set(file.id, file);
    return file;
  };
  return {
    expect(name, size, snippetType) {
      const id = newId('F');
      const kind = snippetType === undefined ? {} : { snippetType };
      return keep({ id, name, title: name, size, ...kind, shared: false, created: Math.floor(now() / 1000) });
    },
    receive(id, content) {
      const file = need(id);
      if (content.length !== file.size) throw new Refusal('file_upload_size_mismatch');
      return keep({ ...file, content });
    },
    complete(id, title) {
      const file = need(id);
      if (file.content === undefined) throw new Refusal('file_not_found');
      if (file.shared) throw new Refusal('file_already_completed');
      return keep({ ...file, title: title ?? file.name, shared: true });
    },
    remove(id) {
      need(id);
      files.delete(id);
    },
    find: (id) => files.get(id),
    all: () => [...files.values()].filter((file) => file.shared),
  };
}
