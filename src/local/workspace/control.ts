import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerJson, answerText, readFields } from './body.ts';
import type { Chosen } from './inputs.ts';
import type { Outcome } from './interactions/outcome.ts';
import type { Place, Which } from './interactions/payload.ts';
import { type Fields, fieldsOf, textOf } from './json.ts';
import type { People } from './people.ts';
import { changeFor, snapshotFor } from './snapshot.ts';
import type { World } from './world.ts';

/** What the page may ask for, under `/_workspace/`. Answers only to the page itself. */
export type Control = {
  handle(path: string, request: IncomingMessage, response: ServerResponse): Promise<void>;
  close(): void;
};

export type ControlParts = { readonly world: World; readonly people: People; readonly botConnected: () => boolean };

/** Keeps proxies and browsers from closing a silent stream. */
const heartbeatMs = 15_000;

export function createControl({ world, people, botConnected }: ControlParts): Control {
  const streams = new Set<ServerResponse>();
  const orders: Readonly<Record<string, (given: Fields) => Promise<unknown>>> = {
    command: (given) => {
      const [, command = '', text = ''] = /^(\S+)\s*(.*)$/s.exec(textOf(given['text']) ?? '') ?? [];
      return people.as(userOf(given)).command(command, text, placeOf(given)).then(forThePage);
    },
    message: (given) =>
      people
        .as(userOf(given))
        .say(textOf(given['text']) ?? '', placeOf(given))
        .then(forThePage),
    press: (given) =>
      people
        .as(userOf(given))
        .press({ ...whereOf(given), ...whichOf(given) }, given['choice'] as Chosen)
        .then(forThePage),
    suggest: (given) =>
      people
        .as(userOf(given))
        .search({ ...whereOf(given), ...whichOf(given) }, textOf(given['typed']) ?? '')
        .then(forThePage),
    submit: (given) =>
      people
        .as(userOf(given))
        .submitView(fieldsOf(given['values']) as Readonly<Record<string, Chosen>>)
        .then(forThePage),
    close: (given) =>
      people
        .as(userOf(given))
        .closeView(given['all'] === true)
        .then(forThePage),
    home: (given) => people.as(userOf(given)).openHome().then(forThePage),
    shortcut: (given) =>
      people
        .as(userOf(given))
        .shortcut(textOf(given['callbackId']) ?? '', { ...messageOf(given) })
        .then(forThePage),
    react: async (given) => {
      people.as(userOf(given)).react(textOf(given['name']) ?? '', messageOf(given));
      return await Promise.resolve({ acknowledged: true });
    },
    scenario: async (given) => {
      await world.settings.scenarios?.activate(textOf(given['id']) ?? '');
      world.changes.publish({ kind: 'scenarios' });
      return { acknowledged: true };
    },
  };

  const stream = (userId: string, response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(': welcome\n\n');
    streams.add(response);
    // One after the other, so that the page hears of changes in their order although some take a moment to look up.
    let last = Promise.resolve();
    const unsubscribe = world.changes.subscribe((change) => {
      last = last.then(async () => {
        const told = await changeFor(world, userId, change).catch(() => undefined);
        if (told !== undefined) response.write(`data: ${JSON.stringify(told)}\n\n`);
      });
    });
    const heartbeat = setInterval(() => response.write(': still here\n\n'), heartbeatMs);
    response.on('close', () => {
      clearInterval(heartbeat);
      unsubscribe();
      streams.delete(response);
    });
  };

  return {
    async handle(path, request, response) {
      if (!isOwnOrigin(request)) return answerText(response, 403, 'The workspace takes orders from its own page only.');
      const url = new URL(request.url ?? '/', 'http://local');
      const userId = url.searchParams.get('user') ?? world.settings.users[0]?.id ?? '';
      if (request.method === 'GET' && path === 'state') {
        return answerJson(response, 200, await snapshotFor(world, userId, botConnected()));
      }
      if (request.method === 'GET' && path === 'events') return stream(userId, response);
      const order = Object.hasOwn(orders, path) ? orders[path] : undefined;
      const isJson = request.headers['content-type']?.startsWith('application/json') === true;
      if (request.method !== 'POST' || order === undefined || !isJson)
        return answerText(response, 404, 'There is no such order.');
      try {
        answerJson(response, 200, await order(await readFields(request)));
      } catch (error) {
        answerJson(response, 400, { acknowledged: false, error: error instanceof Error ? error.message : 'unknown' });
      }
    },
    close() {
      for (const response of streams) response.end();
    },
  };
}

/**
 * Another site must not drive the workspace through a visitor's browser. Browsers send `Sec-Fetch-Site` and `Origin`; a
 * rebound name shows in `Host`, which must be the address itself.
 */
export function isOwnOrigin(request: IncomingMessage): boolean {
  const host = request.headers.host ?? '';
  const site = request.headers['sec-fetch-site'];
  const origin = request.headers.origin;
  const name = host.replace(/:\d+$/, '');
  const isAddress = name === 'localhost' || /^\d+\.\d+\.\d+\.\d+$/.test(name) || /^\[.*\]$/.test(name);
  if (!isAddress) return false;
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  return origin === undefined || origin === `http://${host}`;
}

function forThePage(outcome: Outcome): Fields {
  const { acknowledged, error, errors, options, message } = outcome;
  return { acknowledged, error, errors, options, ts: message?.ts };
}

function userOf(given: Fields): string {
  return textOf(given['user']) ?? '';
}

function placeOf(given: Fields): { channel: string; threadTs?: string } {
  const threadTs = textOf(given['threadTs']);
  return { channel: textOf(given['channel']) ?? '', ...(threadTs === undefined ? {} : { threadTs }) };
}

function messageOf(given: Fields): { channel: string; messageTs: string } {
  return { channel: textOf(given['channel']) ?? '', messageTs: textOf(given['messageTs']) ?? '' };
}

function whereOf(given: Fields): Place {
  const viewId = textOf(given['viewId']);
  if (viewId !== undefined) return { viewId };
  return messageOf(given);
}

function whichOf(given: Fields): Which {
  return { actionId: textOf(given['actionId']) ?? '', blockId: textOf(given['blockId']) ?? '' };
}
