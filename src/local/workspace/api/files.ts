import { type Fields, objectsOf, textOf } from '../json.ts';
import { Refusal } from '../refusal.ts';
import { fileOnTheWire } from '../wire.ts';
import { readContent, readThread } from './chat.ts';
import { type Methods, required, structured } from './method.ts';

export const files: Methods = {
  'files.getUploadURLExternal': {
    scope: 'files:write',
    run(given, world) {
      const size = Number(required(given, 'length'));
      if (!Number.isInteger(size) || size <= 0) throw new Refusal('invalid_arguments');
      const file = world.files.expect(required(given, 'filename'), size, textOf(given['snippet_type']));
      return { ok: true, upload_url: `${world.address()}/upload/${file.id}`, file_id: file.id };
    },
  },
  'files.completeUploadExternal': {
    scope: 'files:write',
    run(given, world) {
      const listed = objectsOf(structured(given, 'files'));
      if (listed.length === 0) throw new Refusal('invalid_arguments');
      const reference = textOf(given['channel_id']) ?? textOf(given['channels'])?.split(',')[0];
      const channel = reference ? world.directory.channel(reference) : undefined;
      const threadTs = channel === undefined ? undefined : readThread(given, channel, world);
      const blocks = readContent({ blocks: given['blocks'] }).blocks;
      const completed = listed.map((entry) => world.files.complete(textOf(entry['id']) ?? '', textOf(entry['title'])));
      if (channel !== undefined) {
        world.messages.post({
          channel: channel.id,
          user: world.settings.bot.userId,
          fromBot: true,
          text: textOf(given['initial_comment']) ?? '',
          files: completed.map((file) => file.id),
          ...(blocks === undefined ? {} : { blocks }),
          ...(threadTs === undefined ? {} : { threadTs }),
        });
      }
      return { ok: true, files: completed.map((file): Fields => fileOnTheWire(world, file)) };
    },
  },
  'files.info': {
    scope: 'files:read',
    run(given, world) {
      const file = world.files.find(required(given, 'file', 'file_not_found'));
      if (file === undefined) throw new Refusal('file_not_found');
      return { ok: true, file: fileOnTheWire(world, file) };
    },
  },
  'files.delete': {
    scope: 'files:write',
    run(given, world) {
      world.files.remove(required(given, 'file', 'file_not_found'));
      return { ok: true };
    },
  },
};
