import { NotPrepared } from './control-plane/build.ts';
import { prepareTestCluster } from './test-cluster.ts';

/** Jest calls this once, before the first test of a run. */
export default async function setUp(): Promise<void> {
  try {
    const end = await prepareTestCluster((sentence) => process.stderr.write(`${sentence}\n`));
    // Jest gives its two hooks nothing in common but the global object.
    Reflect.set(globalThis, 'endTestCluster', end);
  } catch (error) {
    if (!(error instanceof NotPrepared)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
