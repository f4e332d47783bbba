/** Jest calls this once, after the last test of a run. */
export default async function tearDown(): Promise<void> {
  const end: unknown = Reflect.get(globalThis, 'endTestCluster');
  if (typeof end === 'function') await end();
}
