import { describe, expect, test } from '@jest/globals';
import { readWorld } from '../../../src/adapters/simulated/read-world.ts';
import { WrongUsage } from '../../../src/core/errors.ts';
import { podLine, worldFile } from './fixtures.ts';

/** Every problem that is reported of a file, one a line. */
function problems(text: string): string[] {
  try {
    readWorld(text, 'w.yaml');
  } catch (error) {
    expect(error).toBeInstanceOf(WrongUsage);
    return (error as Error).message.split('\n').slice(1);
  }
  return [];
}

describe('a world file', () => {
  test('is read with its defaults, objects as they are printed, and times as times', () => {
    const world = readWorld(worldFile(`objects:\n${podLine('web-0')}`), 'w.yaml');
    expect(world).toMatchObject({ now: new Date('2026-01-05T10:00:00Z'), version: 'v1.30.4', unreachable: false });
    expect(world.objects).toMatchObject([{ kind: 'Pod', status: { podIP: '10.16.0.7' } }]);
  });

  test('keeps large whole numbers and times inside objects as they were written', () => {
    const world = readWorld(
      worldFile(
        'objects:\n  - { apiVersion: v1, kind: X, metadata: { name: x }, spec: { ips: 18446744073709551615, at: 2026-01-05T10:00:00Z } }',
      ),
      'w.yaml',
    );
    expect(world.objects[0]).toMatchObject({ spec: { ips: 18446744073709552000, at: '2026-01-05T10:00:00Z' } });
  });

  test('that is no YAML names the line', () => {
    expect(problems('now: 2026-01-05T10:00:00Z\ntitle: [a\nobjects: []\n')).toEqual([
      expect.stringMatching(/^ {2}w\.yaml:3:\d+: This is no YAML that can be read\. /),
    ]);
  });

  test('with the same field twice names the second one', () => {
    expect(problems(worldFile('title: another\n'))).toEqual([expect.stringMatching(/w\.yaml:3:1: .*unique/)]);
  });

  test('that is empty says what is missing', () => {
    expect(problems('')).toEqual([expect.stringMatching(/^ {2}w\.yaml:1:1: The file /)]);
  });

  test('without a time says how one is written', () => {
    expect(problems('now:\ntitle: x\n')).toEqual(['  w.yaml:1:1: now is no time. Write it like 2026-01-05T10:00:00Z.']);
  });

  test('with several problems names them all, each with its line, in their order', () => {
    const text = worldFile(
      [
        'logs:',
        '  - { pod: web-0, container: main, lines: [] }',
        '  - { pod: shop/web-0, previus: true, lines: [] }',
        'after:',
        '  - within: 20 seconds',
        'colour: blue',
      ].join('\n'),
    );
    expect(problems(text)).toEqual([
      '  w.yaml:4:7: logs[0].pod cannot be read. A log names its pod as namespace/pod.',
      '  w.yaml:5:5: logs[1].container is missing. Add it.',
      '  w.yaml:5:24: logs[1] has the unknown field "previus". Correct or remove it; the fields here are pod, container, previous, lines.',
      '  w.yaml:7:5: after[0].within cannot be read. A duration is written like 20s, 2m or 1h.',
      expect.stringMatching(
        /^ {2}w\.yaml:8:1: The file has the unknown field "colour"\. .* now, title, target, version, /,
      ),
    ]);
  });

  test('with an object without a name points to that object', () => {
    expect(problems(worldFile('objects:\n  - { apiVersion: v1, kind: List, metadata: {}, items: [] }\n'))).toEqual([
      '  w.yaml:4:35: objects[0].metadata.name is missing. Add it. An object needs its name; of a List, write the items.',
    ]);
  });

  test('with a value of another type says which type it must have', () => {
    expect(problems(worldFile('unreachable: often\n'))).toEqual([
      '  w.yaml:3:1: unreachable cannot be read. This must be a boolean.',
    ]);
  });

  test('may not hold an object twice', () => {
    expect(problems(worldFile(`objects:\n${podLine('web-0')}${podLine('web-0')}`))).toEqual([
      '  w.yaml:7:5: Pod shop/web-0 is here twice; it is also number 1 of this list. Remove one of the two.',
    ]);
  });

  test('may hold two objects of one name in different namespaces, and two kinds of one name', () => {
    const objects = [
      '{ apiVersion: v1, kind: ConfigMap, metadata: { name: x, namespace: a } }',
      '{ apiVersion: v1, kind: ConfigMap, metadata: { name: x, namespace: b } }',
      '{ apiVersion: v1, kind: Namespace, metadata: { name: x } }',
    ];
    expect(problems(worldFile(`objects: [${objects.join(', ')}]`))).toEqual([]);
  });

  test('needs labels that are text, as the API does', () => {
    const object = '{ apiVersion: v1, kind: Node, metadata: { name: n, labels: { control-plane: true } } }';
    expect(problems(worldFile(`objects:\n  - ${object}\n`))).toEqual([
      expect.stringMatching(/w\.yaml:4:\d+: The label control-plane of Node n is no text\. Put its value in quotes\./),
    ]);
  });

  test('may not hold a log of a pod that it does not hold, nor one log twice, nor a line without its time', () => {
    const text = worldFile(
      [
        'objects:',
        `${podLine('web-0')}logs:`,
        "  - { pod: shop/web-1, container: main, lines: ['2026-01-05T09:59:00Z hello'] }",
        '  - { pod: shop/web-0, container: main, lines: [hello] }',
        '  - { pod: shop/web-0, container: main, lines: [] }',
      ].join('\n'),
    );
    expect(problems(text)).toEqual([
      expect.stringMatching(/w\.yaml:8:\d+: There is no Pod shop\/web-1 in this world/),
      expect.stringMatching(/w\.yaml:9:\d+: A log line is one line that starts with its time/),
      expect.stringMatching(/w\.yaml:10:\d+: The log of shop\/web-0, container main, is here twice/),
    ]);
  });

  test('says which changes and which of their fields an answer may name', () => {
    const text = worldFile(
      'after:\n  - when: { change: delete-pods }\n  - when: { change: delete-pod, pod: web-0 }\n    within: 5s\n',
    );
    expect(problems(text)).toEqual([
      expect.stringMatching(/w\.yaml:4:\d+: There is no change "delete-pods"\. Use one of delete-pod, evict-pod, /),
      expect.stringMatching(/w\.yaml:5:\d+: A delete-pod has no field "pod"\. Match it by namespace, name, uid, /),
    ]);
  });

  test('finds problems inside an answer too', () => {
    const object = '{ apiVersion: v1, kind: Node, metadata: { name: n } }';
    const text = worldFile(`after:\n  - objects:\n      - ${object}\n      - ${object}\n`);
    expect(problems(text)).toEqual([expect.stringMatching(/w\.yaml:6:9: Node n is here twice/)]);
  });

  test('may use anchors, and refuses an alias that names none', () => {
    expect(problems(worldFile('logs: &none []\nget: *none\n'))).toEqual([]);
    expect(problems(worldFile('get: *none\n'))).toEqual([expect.stringMatching(/none/)]);
  });
});
