/**
 * From the text of an environment variable to a value. The messages complete the sentence
 * "VARIABLE must ...", and never repeat what was written.
 */
import { isIP } from 'node:net';

import { z } from 'zod';

export function oneOf<const Word extends string>(words: readonly Word[]) {
  return z.enum(words, { error: `must be one of ${words.join(', ')}` });
}

export function flag() {
  return z.stringbool({ truthy: ['true'], falsy: ['false'], error: 'must be true or false' });
}

export function wholeNumber(least: number, most: number) {
  const error = `must be a whole number from ${least} to ${most}`;
  return z
    .string()
    .transform((text) => (/^\d+$/.test(text) ? Number(text) : NaN))
    .pipe(z.number({ error }).min(least, { error }).max(most, { error }));
}

/** A port, or null where `off` is written. */
export function portOrOff() {
  const error = 'must be off, or a whole number from 0 to 65535';
  return z
    .string()
    .transform((text) => (text === 'off' ? null : Number(/^\d+$/.test(text) ? text : NaN)))
    .pipe(z.number({ error }).max(65_535, { error }).nullable());
}

/** A duration that may be zero, and keeps somebody waiting. */
export function delay() {
  const error = 'must be a duration such as 0s, 5s or 1m, and at most 10m';
  return z
    .string()
    .transform(milliseconds)
    .pipe(z.number({ error }).max(milliseconds('10m'), { error }));
}

/**
 * `30s`, `10m`, `24h`, `7d` -> milliseconds.
 *
 * @param most 400 days if nothing is said, where browsers cut cookies off
 */
export function duration(most = '400d') {
  const error = `must be a duration such as 30s, 10m, 24h or 7d, above zero and at most ${most}`;
  return z
    .string()
    .transform(milliseconds)
    .pipe(z.number({ error }).positive({ error }).max(milliseconds(most), { error }));
}

/** NaN when the text is no duration. */
export function milliseconds(text: string): number {
  const [, amount, unit = ''] = /^(\d+)([smhd])$/.exec(text) ?? [];
  return Number(amount) * (secondsIn.get(unit) ?? NaN) * 1000;
}

const secondsIn: ReadonlyMap<string, number> = new Map([
  ['s', 1],
  ['m', 60],
  ['h', 3600],
  ['d', 86_400],
]);

export function host() {
  return z.string().refine((text) => isIP(text) !== 0 || /^[\w-]+(\.[\w-]+)*$/.test(text), {
    error: 'must be an IP address or a host name, without a port',
  });
}

export function origin() {
  return z
    .string()
    .refine(isOrigin, {
      error: 'must be an http or https URL without a path, a query or credentials',
      abort: true,
    })
    .transform((text) => new URL(text));
}

/** A list of origins, separated by commas; empty for none. */
export function origins() {
  return z
    .string()
    .transform((text) =>
      text
        .split(',')
        .map((part) => part.trim())
        .filter(Boolean),
    )
    .pipe(z.array(origin().transform(({ origin: name }) => name)));
}

function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`;
}

export function databaseUrl() {
  return z.string().refine((text) => isSqliteUrl(text) || isPostgresUrl(text), {
    error: 'must be sqlite:<path>, without // after the colon, or a postgres:// URL',
  });
}

/** `sqlite://` is refused: elsewhere it takes two, three or four slashes, each in a sense of its own. */
function isSqliteUrl(text: string): boolean {
  return /^sqlite:(?!\/\/)[^\0]+$/.test(text);
}

function isPostgresUrl(text: string): boolean {
  return /^postgres(ql)?:\/\//.test(text) && URL.canParse(text);
}

/** The path of a file; null when it is not set. */
export function jsonFile() {
  return z
    .string()
    .refine((text) => text === '' || /^[^\0]+\.json$/.test(text), {
      error: 'must be the path of a file that ends in .json',
    })
    .transform((text) => text || null);
}

/** Secrets separated by commas. */
export function secrets() {
  const error = 'must not hold the same secret twice';
  return z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .pipe(z.array(secret()).refine((list) => new Set(list).size === list.length, { error }));
}

function secret() {
  return z.string().superRefine((text, check) => {
    const message = weakness(text);
    if (message !== null) check.addIssue({ code: 'custom', message, continue: true });
  });
}

function weakness(text: string): string | null {
  if (Buffer.byteLength(text) < 32) return 'must be at least 32 bytes long';
  if (placeholder.test(text)) return 'must be random, not an example';
  return isMonotonous(text) ? 'must be random, not a repetition' : null;
}

/** The last one is our own example, when a file of settings takes the command for the secret. */
const placeholder = new RegExp(
  [
    'change.?(me|this|it)|replace.?(me|this|with)|placeholder|example|insecure|password',
    '(super|your|my|top|dev).?secret|secret.?(key|here)|keyboard.?cat|lorem.?ipsum|randomBytes',
  ].join('|'),
  'i',
);

function isMonotonous(text: string): boolean {
  const isRepeatedPart = (text + text).indexOf(text, 1) < text.length;
  return isRepeatedPart || new Set(text).size < 8;
}
