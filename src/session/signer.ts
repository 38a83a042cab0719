import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/** Signs texts with the newest of its keys and verifies them with all (HMAC-SHA256, base64url). */
export interface Signer {
  sign(text: string): string;
  /** Which key the signature was made with: 0 for the newest, null for none of ours. */
  verify(text: string, signature: string): number | null;
}

/**
 * @param secrets newest first
 * @param purpose a key is derived for it (HKDF, RFC 5869), so that no signature serves another purpose
 * @throws {TypeError} when there is no secret
 */
export function createSigner(secrets: readonly string[], purpose: string): Signer {
  const keys = secrets.map((secret) => Buffer.from(hkdfSync('sha256', secret, '', purpose, 32)));
  const [newest] = keys;
  if (!newest) {
    throw new TypeError('A signer needs at least one secret, the newest first.');
  }

  return {
    sign: (text) => signature(newest, text),
    verify: (text, given) => {
      const index = keys.findIndex((key) => isSame(signature(key, text), given));

      return index === -1 ? null : index;
    },
  };
}

function signature(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}

/** Compares the texts: after decoding, several spellings of a signature would be the same. */
export function isSame(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];

  return a.length === b.length && timingSafeEqual(a, b);
}
