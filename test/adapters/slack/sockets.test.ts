import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ChatRefused } from '../../../src/ports/chat.ts';
import { ana, oncall, type Stage, setStage } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await setStage();
});
afterEach(async () => {
  await stage.close();
});

const echo = { command: async () => ({ reply: 'whisper' as const, text: 'Here.' }) };
const heard = (): number => stage.workspace.ephemerals(ana).filter(({ text }) => text === 'Here.').length;

async function answersAgain(times: number): Promise<void> {
  await stage.workspace.as(ana).command('/triage', 'subnet', { channel: oncall });
  await stage.workspace.waitFor(() => heard() === times, { what: 'an answer to the command' });
}

test.each(['refresh_requested', 'warning', 'abrupt'] as const)(
  'comes back at once after the socket ends (%s)',
  async (how) => {
    const gateway = await stage.listen(echo);
    expect(gateway.connected()).toBe(true);
    const opened = (): number =>
      stage.workspace.calls.filter(({ method }) => method === 'apps.connections.open').length;
    stage.workspace.faults.disconnectSockets(how);
    await stage.workspace.waitFor(() => opened() === 2 && gateway.connected(), {
      withinMs: 2_000,
      what: 'a new socket',
    });
    await answersAgain(1);
    expect(stage.workspace.connections()).toBe(1);
  },
);

test('survives that Slack cannot open a socket when the last one ended', async () => {
  const gateway = await stage.listen(echo);
  stage.workspace.faults.next('apps.connections.open', { kind: 'server-error', status: 500 });
  stage.workspace.faults.next('apps.connections.open', { kind: 'reset-before' });
  stage.workspace.faults.next('apps.connections.open', { kind: 'rate-limited', retryAfterSeconds: 1 });
  stage.workspace.faults.disconnectSockets('abrupt');
  await stage.workspace.waitFor(() => !gateway.connected(), { what: 'the loss of the socket' });
  await stage.workspace.waitFor(() => gateway.connected(), { withinMs: 10_000, what: 'a new socket' });
  await answersAgain(1);
  expect(stage.lines.filter(({ message }) => message === 'Slack cannot be reached over a socket.').length).toBe(3);
});

test('starts although Slack does not answer yet, and connects when it does', async () => {
  stage.workspace.faults.next('apps.connections.open', { kind: 'server-error', status: 503 }, 2);
  const gateway = await stage.listen(echo);
  expect(gateway.connected()).toBe(false);
  await stage.workspace.waitFor(() => gateway.connected(), { what: 'a socket' });
  await answersAgain(1);
});

test('does not start with a token that Slack does not accept', async () => {
  const wrong = stage.listen(echo, { delivery: { mode: 'socket', appToken: 'xapp-wrong' } });
  await expect(wrong).rejects.toBeInstanceOf(ChatRefused);
});

test('stops at once while it waits for Slack', async () => {
  stage.workspace.faults.next('apps.connections.open', { kind: 'slow', byMs: 3_000 });
  const starting = stage.listen(echo);
  await stage.workspace.waitFor(() => stage.workspace.calls.some(({ method }) => method === 'apps.connections.open'));
  const before = Date.now();
  await stage.stopListening();
  await starting;
  expect(Date.now() - before).toBeLessThan(1_000);
});

test('shares the work with another process, each delivery going to one of them', async () => {
  await stage.listen(echo);
  await stage.listen(echo);
  expect(stage.workspace.connections()).toBe(2);
  await answersAgain(1);
  await answersAgain(2);
  expect(heard()).toBe(2);
});
