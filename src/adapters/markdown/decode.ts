const textDecoder = (encoding: string) => new TextDecoder(encoding, { fatal: true });

/**
 * Text from the bytes of an article: UTF-8, UTF-16 with or without a byte order mark, GBK and GB18030.
 * @throws when the bytes are no text.
 */
export function decodeText(bytes: Uint8Array): string {
  const wide = wideEncodingOf(bytes);
  if (wide !== undefined) return decode(bytes, wide);
  try {
    return textDecoder('utf-8').decode(bytes);
  } catch {
    return decode(bytes, 'gb18030');
  }
}

function decode(bytes: Uint8Array, encoding: string): string {
  try {
    return textDecoder(encoding).decode(bytes);
  } catch {
    throw new Error(`it is not text: its bytes are valid in no encoding that is known here`);
  }
}

function wideEncodingOf(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const sample = bytes.subarray(0, 4096);
  const zeros = [0, 0];
  for (let at = 0; at < sample.length; at += 1) if (sample[at] === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (odd > sample.length / 20 && even === 0) return 'utf-16le';
  if (even > sample.length / 20 && odd === 0) return 'utf-16be';
  if (even + odd > 0) throw new Error('it is not text: it holds zero bytes');
  return undefined;
}
