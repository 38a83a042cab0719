/** What user names and passwords may be. */
import { dictionary } from '@zxcvbn-ts/language-common';
import { z } from 'zod';

import { isBlank, lengthOf, text } from '../graphql/input.ts';
import { emailAddress } from './email-address.ts';

/** In code points, and in bytes of UTF-8. Longer ones are refused before anything is hashed. */
const MAX_PASSWORD_LENGTH = 256;
const MAX_PASSWORD_BYTES = 1024;

/** In UTF-16 code units. NFC takes seconds for a megabyte of accents, and is not tried on one. */
const MAX_UNNORMALIZED_LENGTH = 4096;

/** How many characters a password needs beside the words that anybody would try first. */
const MIN_UNGUESSABLE_LENGTH = 4;

const madeOfUsername = 'The password must not be made of the user name.';

const commonPasswords = dictionary['passwords-common'];

/** The name that others see. */
const displayName = text('The display name').refine(
  (value) => !isBlank(value) && lengthOf(value) <= 50,
  { error: 'A display name has 1 to 50 characters, and not blanks alone.' },
);

/** The credentials of a login: whatever could be right. */
export const loginInput = z.object({
  username: text('The user name').max(256, 'The user name is too long.'),
  password: passwordText(),
  rememberMe: z.boolean(),
});

export const confirmPasswordInput = z.object({ password: passwordText() });

/** What others see of an account. */
export const updateProfileInput = z.object({ displayName: displayName.nullable() });

/** @param minLength of a password, in code points */
export function registerInput(minLength: number) {
  return z
    .object({
      username: z.string().regex(/^[A-Za-z0-9._-]{3,32}$/, {
        error:
          'A user name has 3 to 32 characters: letters A to Z, digits, dot, hyphen and underscore.',
      }),
      password: newPassword(minLength),
      displayName: displayName.nullish(),
      email: emailAddress.nullish(),
    })
    .refine(({ username, password }) => !isGuessable(password, username), {
      path: ['password'],
      error: madeOfUsername,
    });
}

/** A password that is to be set. There are no rules of composition: length is what counts. */
function newPassword(minLength: number) {
  return passwordText()
    .refine((value) => lengthOf(value) >= minLength, {
      error: `A password has at least ${minLength} characters.`,
      abort: true,
    })
    .refine((value) => !commonPasswords.includes(value.toLowerCase()), {
      error: 'This password is among those that are tried first. Choose one that nobody else has.',
    });
}

/**
 * @param minLength of a password, in code points
 * @param username of the account
 */
export function changePasswordInput(minLength: number, username: string) {
  return z.object({
    currentPassword: passwordText(),
    newPassword: newPassword(minLength).refine((password) => !isGuessable(password, username), {
      error: madeOfUsername,
    }),
  });
}

/**
 * @param minLength of a password, in code points
 * @param username of the account
 */
export function resetPasswordInput(minLength: number, username: string) {
  return changePasswordInput(minLength, username).pick({ newPassword: true });
}

/** Whether little is left of the password without the user name and the name of the server. */
function isGuessable(password: string, username: string): boolean {
  const rest = [username, 'jotter'].reduce(
    (left, word) => left.replaceAll(word.toLowerCase(), ''),
    password.toLowerCase(),
  );

  return lengthOf(rest) < MIN_UNGUESSABLE_LENGTH;
}

/** In its NFC form, which is the one that is counted and hashed. */
function passwordText() {
  const error = `A password has at most ${MAX_PASSWORD_LENGTH} characters.`;

  return text('The password')
    .max(MAX_UNNORMALIZED_LENGTH, { error, abort: true })
    .overwrite((value) => value.normalize('NFC'))
    .refine(
      (value) =>
        lengthOf(value) <= MAX_PASSWORD_LENGTH && Buffer.byteLength(value) <= MAX_PASSWORD_BYTES,
      { error, abort: true },
    );
}
