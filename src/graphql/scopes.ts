/**
 * The gate. A field says `t.withAuth({ authenticated: true })`, and is refused before its resolver runs,
 * before its input is looked at, and by whatever alias, fragment or interface it was reached.
 */
import type { GraphQLError } from 'graphql';

import type { Context } from '../context.ts';
import { refusal } from './errors.ts';

export interface AuthScopes {
  /** Flask-Login's `login_required`. */
  authenticated: boolean;
}

export function authScopes({ currentUser }: Context): AuthScopes {
  return { authenticated: currentUser !== null };
}

export function unauthorizedError(): GraphQLError {
  return refusal('UNAUTHENTICATED', 'You are not logged in. Call the mutation login first.');
}
