import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { readWorld } from '../src/adapters/simulated/read-world.ts';
import { catalogue } from '../src/catalogue.ts';
import { offered } from '../src/demo-bot.ts';

const fileOf = (id: string) => fileURLToPath(new URL(`worlds/${id}.yaml`, import.meta.url));

test('a visitor can choose a world for every playbook, and each names the playbook that asks about it', () => {
  const asked = offered.map(({ id, playbook }) => {
    const check = id.split('/').slice(0, 2).join('/');
    return catalogue.playbooks.find((one) => one.id === playbook)?.checks.some((one) => one.id === check);
  });
  expect(asked).toEqual(offered.map(() => true));
  const every = catalogue.playbooks.map(({ id }) => id).filter((id) => id !== 'all');
  expect([...new Set<string>(offered.map(({ playbook }) => playbook))].toSorted()).toEqual(every.toSorted());
});

test('every world of the demo exists, and no two of them look the same', () => {
  const missing = offered.filter(({ id }) => !existsSync(fileOf(id)));
  expect(missing).toEqual([]);
  const titles = offered.map(({ id }) => readWorld(readFileSync(fileOf(id), 'utf8'), id).title);
  expect(new Set(titles).size).toBe(offered.length);
});
