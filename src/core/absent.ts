/**
 * The value without its fields that are null, at any depth: an API server takes null for absent, and so does
 * whoever leaves a key of a file without a value. Items of lists stay, for their place may count.
 */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== null)
      .map(([name, field]) => [name, withoutNulls(field)]),
  );
}
