/**
 * The session secret of a machine where none is set: made once and kept in a file that only its
 * owner can read, so that a restart logs nobody out. Production never comes here.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** A secret, or the sentence that says why there is none and what helps. */
export type DevelopmentSecret = { readonly secret: string } | { readonly problem: string };

/**
 * Reads `session-secret` in the folder, and makes both when they are absent. Processes that start at
 * the same time get the same secret.
 */
export function developmentSecret(folder: string): DevelopmentSecret {
  const file = secretFile(folder);
  try {
    const secret = readSecret(file) ?? createSecret(folder, file);
    if (/^[\w-]{43}$/.test(secret)) return { secret };
    return { problem: `${file} holds no usable secret: delete it, and a new one is made` };
  } catch (error) {
    return {
      problem:
        `the generated secret cannot be kept in ${file} (${errorCode(error)}): ` +
        'make the folder writable, or set SESSION_SECRETS',
    };
  }
}

/** The file that keeps the generated secret of a folder. */
export function secretFile(folder: string): string {
  return join(folder, 'session-secret');
}

/** 32 random bytes as base64url. */
export function generateSecret(): string {
  return randomBytes(32).toString('base64url');
}

function readSecret(file: string): string | null {
  try {
    if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** The file appears with its content or not at all: it is written aside and then linked. */
function createSecret(folder: string, file: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomUUID()}`;
  try {
    writeFileSync(draft, `${generateSecret()}\n`, { flag: 'wx', mode: 0o600 });
    linkSync(draft, file);
  } catch (error) {
    // Another process was quicker: its secret is the one.
    if (errorCode(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return readFileSync(file, 'utf8').trim();
}

/** Whatever is no error of the file system is not ours to explain. */
function errorCode(error: unknown): string {
  if (error instanceof Error && 'code' in error) return String(error.code);
  throw error;
}
