import { parseVersion } from '../../../src/core/version.ts';

/** The tag of an image when it is a version: `v3.22.0` of `docker.io/calico/node:v3.22.0@sha256:…`. */
export function versionTagOf(image: string): string | undefined {
  const withoutDigest = image.split('@')[0] ?? '';
  const tag = /:([^:/]+)$/.exec(withoutDigest)?.[1];
  return parseVersion(tag) === undefined ? undefined : tag;
}
