import { canonicalJson } from './canonical-json.ts';
import { redact } from './redact.ts';

/** Fields the server changes on every write; they say nothing about what was approved. */
const volatile = new Set([
  'metadata.managedFields',
  'metadata.resourceVersion',
  'metadata.generation',
  'metadata.deletionTimestamp',
  'metadata.deletionGracePeriodSeconds',
  'status.observedGeneration',
]);

function leaves(value: unknown, path: string, into: Map<string, string>): void {
  if (volatile.has(path)) return;
  if (value !== null && typeof value === 'object' && Object.keys(value).length > 0) {
    for (const [key, part] of Object.entries(value)) leaves(part, path === '' ? key : `${path}.${key}`, into);
  } else {
    into.set(path, canonicalJson(value) ?? 'null');
  }
}

/** The fields that differ between two objects, as `- path: old` and `+ path: new`, sorted by path, redacted. */
export function differences(before: unknown, after: unknown): string[] {
  const old = new Map<string, string>();
  const fresh = new Map<string, string>();
  leaves(before, '', old);
  leaves(after, '', fresh);
  return [...new Set([...old.keys(), ...fresh.keys()])].sort().flatMap((path) => {
    const was = old.get(path);
    const is = fresh.get(path);
    if (was === is) return [];
    return [
      ...(was === undefined ? [] : [redact(`- ${path}: ${was}`)]),
      ...(is === undefined ? [] : [redact(`+ ${path}: ${is}`)]),
    ];
  });
}
