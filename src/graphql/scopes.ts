/**
 * The gate. A field says `t.withAuth({ authenticated: true })`, and is refused before its resolver runs,
 * before its input is looked at, and by whatever alias, fragment or interface it was reached.
 */
import { OperationTypeNode, type GraphQLError, type GraphQLResolveInfo } from 'graphql';

import type { Context } from '../context.ts';
import { refusal, type RefusalCode, type RefusedField } from './errors.ts';

export interface AuthScopes {
  /** Flask-Login's `login_required`: a session, or an access token that may do this. */
  authenticated: boolean;
  /** A session: what concerns credentials is out of reach of every access token. */
  session: boolean;
  /** Flask-Login's `fresh_login_required`: a session whose password was given a moment ago. */
  fresh: boolean;
}

export function authScopes(context: Context): AuthScopes {
  const authenticated = context.currentUser !== null && mayRun(context);
  const session = authenticated && context.accessToken === null;

  return { authenticated, session, fresh: session && context.session.freshUntil !== null };
}

export function unauthorizedError(
  _parent: unknown,
  context: Context,
  info: GraphQLResolveInfo,
): GraphQLError {
  const error = refusalFor(context, info);
  const details = { field: info.fieldName, code: error.extensions['code'] };
  void context.events.record({ type: 'ACCESS_DENIED', user: context.currentUser, details });

  return error;
}

function mayRun({ operationType, accessToken, session }: Context): boolean {
  if (operationType !== OperationTypeNode.MUTATION) {
    return true;
  }

  return accessToken ? accessToken.scope === 'WRITE' : !session.isReadOnly;
}

/** Why the gate is shut, and what opens it. */
function refusalFor(context: Context, field: RefusedField): GraphQLError {
  const { currentUser, accessToken, session } = context;
  if (!currentUser) {
    return refusalOfAnonymous(session.anonymousReason ?? 'NOT_LOGGED_IN', field);
  }
  if (accessToken) {
    return refusal('FORBIDDEN', mayRun(context) ? needsSession : needsWriteScope, {}, field);
  }
  if (session.isReadOnly) {
    return replacedCookieRefusal(field);
  }

  return refusal(
    'REAUTHENTICATION_REQUIRED',
    'It is a while since you gave your password. Call the mutation confirmPassword first.',
    { mutation: 'confirmPassword' },
    field,
  );
}

/** For what the cookie of before may not do. */
export function replacedCookieRefusal(field: RefusedField | null = null): GraphQLError {
  const message = 'The session has a new cookie by now. Send the request again.';

  return refusal('SESSION_ENDED', message, {}, field);
}

const needsSession = 'An access token cannot do this. Log in with the mutation login instead.';
const needsWriteScope = 'This access token may read only. Make one with the scope WRITE.';

/** For whoever is not logged in, or no longer is. The code says why. */
export function refusalOfAnonymous(
  reason: AnonymousReason,
  field: RefusedField | null = null,
): GraphQLError {
  const [code, why] = anonymousRefusals[reason];
  const message = `${why} Call the mutation login first.`;

  return refusal(code, message, { anonymousReason: reason }, field);
}

type AnonymousReason = NonNullable<Context['session']['anonymousReason']>;

const anonymousRefusals: Record<AnonymousReason, readonly [code: RefusalCode, why: string]> = {
  ACCOUNT_DISABLED: ['ACCOUNT_DISABLED', 'Your account is disabled.'],
  INVALID_COOKIE: ['UNAUTHENTICATED', 'Your session cookie is not valid.'],
  NO_COOKIE: ['UNAUTHENTICATED', 'You are not logged in.'],
  NOT_LOGGED_IN: ['UNAUTHENTICATED', 'You are not logged in.'],
  SESSION_ENDED: ['SESSION_ENDED', 'Your session was ended.'],
  SESSION_EXPIRED: ['SESSION_EXPIRED', 'Your session has expired.'],
};
