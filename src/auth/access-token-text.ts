/**
 * The text of an access token: `jot_`, 64 hexadecimal digits of chance, and 8 of a checksum. By prefix and
 * checksum a scanner tells a leaked token from any other text, and so does the server, without a query.
 */
import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const TOKEN = /^(jot_[0-9a-f]{64})([0-9a-f]{8})$/u;

export function newAccessToken(): string {
  const text = `jot_${randomBytes(32).toString('hex')}`;

  return text + checksum(text);
}

export function isAccessToken(text: string): boolean {
  const [, start = '', end] = TOKEN.exec(text) ?? [];

  return end !== undefined && checksum(start) === end;
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}
