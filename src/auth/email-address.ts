/** What a mail address may be, and when two are the same. */
import { z } from 'zod';

/** RFC 5321, section 4.5.3.1: in all, and in front of the @. Plain ASCII, so that characters are bytes. */
const MAX_LENGTH = 254;
const MAX_LOCAL_LENGTH = 64;

const error = 'This is not a mail address, such as `ada@example.com`.';

/** Nothing that could end a header or begin another one; an international domain in its ASCII form. */
export const emailAddress = z
  .string()
  .max(MAX_LENGTH, { error: `A mail address has at most ${MAX_LENGTH} characters.`, abort: true })
  .regex(z.regexes.email, { error, abort: true })
  .refine((value) => value.indexOf('@') <= MAX_LOCAL_LENGTH, { error });

/** The form by which an address is unique: no provider of today tells `Ada@` from `ada@`. */
export function emailKey(address: string): string {
  return address.toLowerCase();
}

/** Whether a login names an address rather than a user name, which has no @. */
export function isEmailAddress(login: string): boolean {
  return login.includes('@');
}

export function isSameAddress(one: string | null | undefined, other: string): boolean {
  return one != null && emailKey(one) === emailKey(other);
}
