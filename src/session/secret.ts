import { hash, randomBytes } from 'node:crypto';

/** 256 random bits, as base64url. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored of a secret. It is random, so that one round of SHA-256 is enough. */
export function hashOf(secret: string): string {
  return hash('sha256', secret, 'base64url');
}
