export type Validity = { readonly notBefore: Date; readonly notAfter: Date };

/** The first time of an X.509 certificate: two of them, right behind each other, are its validity (RFC 5280, 4.1.2.5). */
function timeAt(bytes: string, at: number): { time: Date; next: number } | undefined {
  const tag = bytes.charCodeAt(at);
  const length = bytes.charCodeAt(at + 1);
  const text = bytes.slice(at + 2, at + 2 + length);
  const match =
    tag === 0x17 && length === 13
      ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text)
      : tag === 0x18 && length === 15
        ? /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text)
        : null;
  if (match === null) return undefined;
  const [year = 0, month = 1, ...rest] = match.slice(1).map(Number);
  // Two digits mean 1950 to 2049.
  const full = tag === 0x18 ? year : year < 50 ? 2000 + year : 1900 + year;
  const [day = 1, hour = 0, minute = 0, second = 0] = rest;
  return { time: new Date(Date.UTC(full, month - 1, day, hour, minute, second)), next: at + 2 + length };
}

function validityIn(base64: string): Validity | undefined {
  const cleaned = base64.replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(cleaned) || cleaned.length % 4 !== 0) return undefined;
  const bytes = atob(cleaned);
  for (let at = 0; at < bytes.length; at += 1) {
    const first = timeAt(bytes, at);
    const second = first === undefined ? undefined : timeAt(bytes, first.next);
    if (first !== undefined && second !== undefined) return { notBefore: first.time, notAfter: second.time };
  }
  return undefined;
}

/** The validity of each certificate of a PEM bundle; those that cannot be read are left out. */
export function validitiesOf(pem: string): Validity[] {
  const blocks = pem.matchAll(/-----BEGIN CERTIFICATE-----([\s\S]*?)-----END CERTIFICATE-----/g);
  return [...blocks].flatMap(([, body = '']) => validityIn(body) ?? []);
}
