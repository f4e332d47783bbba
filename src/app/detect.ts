import { z } from 'zod';
import type { Detector } from '../core/detector.ts';
import { CannotRead } from '../core/errors.ts';
import type { Platform, ProductName } from '../core/platform.ts';
import type { Read } from '../core/read.ts';
import type { ClusterReader } from '../core/reader.ts';
import { declaredReader } from './declared-reader.ts';

const VersionAnswer = z.object({ gitVersion: z.string() });

async function kubernetesVersion(reader: ClusterReader): Promise<string | undefined> {
  try {
    const answer = await reader.get('/version');
    return VersionAnswer.parse(JSON.parse(answer.body)).gitVersion;
  } catch (error) {
    if (error instanceof CannotRead || error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}

/** While a product is looked for, nobody knows its namespace yet: what is declared there may be read anywhere. */
function anywhere(read: Read, product: ProductName): Read {
  const own = 'in' in read && typeof read.in === 'object' && 'product' in read.in && read.in.product === product;
  return own ? { ...read, in: 'everywhere' } : read;
}

/** What runs on a cluster. What could not be looked for stands under `unread`, with the reason. */
export async function detect(reader: ClusterReader, detectors: readonly Detector[]): Promise<Platform> {
  const unread: Record<string, string> = {};
  const found = await Promise.all(
    detectors.map(async ({ product, reads, detect: look }) => {
      try {
        return [
          product,
          await look(
            declaredReader(
              reader,
              reads.map((read) => anywhere(read, product)),
              { kubernetes: {} },
            ),
          ),
        ] as const;
      } catch (error) {
        if (!(error instanceof CannotRead)) throw error;
        unread[product] = error.message;
        return [product, undefined] as const;
      }
    }),
  );
  const version = await kubernetesVersion(reader);
  return {
    kubernetes: version === undefined ? {} : { version },
    ...Object.fromEntries(found.filter(([, product]) => product !== undefined)),
    ...(Object.keys(unread).length === 0 ? {} : { unread }),
  };
}

/**
 * The platform as checks see it: asking for a product that could not be looked for throws `CannotRead`, so that
 * no check mistakes "not known" for "not installed".
 */
export function platformSight(platform: Platform): Platform {
  const sight = { ...platform };
  for (const [product, because] of Object.entries(platform.unread ?? {})) {
    Object.defineProperty(sight, product, {
      enumerable: true,
      get: () => {
        throw new CannotRead(`tell whether ${product} is installed`, 'denied', because.replace(/\.$/, ''));
      },
    });
  }
  return sight;
}
