import type { Product, ProductName } from './platform.ts';
import type { Read } from './read.ts';
import type { ClusterReader } from './reader.ts';

/** Tells whether one product is installed, where, and which version. */
export type Detector = {
  readonly product: ProductName;
  readonly reads: readonly Read[];
  /** Undefined when the product is not there; `CannotRead` is left to the caller. */
  readonly detect: (cluster: ClusterReader) => Promise<Product | undefined>;
};

export function defineDetector(detector: Detector): Detector {
  return detector;
}
