import { defineEntity, p } from '@mikro-orm/core';
import { v7 as uuidv7 } from 'uuid';

import { User, type CurrentUser } from '../users/user.ts';
import type { SessionValues } from './session-data.ts';
import { isSame } from './signer.ts';

/** How long sessions last, in milliseconds. */
export interface SessionLifetimes {
  /** Without a request for so long, any session ends. */
  readonly idleTimeout: number;
  /** The absolute limit of a session that is not remembered. */
  readonly lifetime: number;
  /** The absolute limit of a remembered session. */
  readonly rememberedLifetime: number;
  /** How long after a password was given the session counts as fresh. */
  readonly freshFor: number;
}

const SessionSchema = defineEntity({
  name: 'Session',
  tableName: 'session',
  indexes: [{ name: 'session_user_id_id_index', properties: ['user', 'id'] }],
  properties: {
    /** Public: a session may be shown and ended by it. */
    id: p
      .uuid()
      .primary()
      .onCreate(() => uuidv7()),
    /** SHA-256 of the secret in the cookie, base64url. The secret itself is stored nowhere. */
    secretHash: p.string().length(43).hidden(),
    /** The secret that was replaced last, and when; null when none was. */
    previousSecretHash: p.string().length(43).hidden().nullable(),
    rotatedAt: p.datetime(3).nullable(),
    /** Null for an anonymous visitor. */
    user: () => p.manyToOne(User).nullable().deleteRule('cascade').index(false),
    // Not `jsonb`, which keeps neither the order of keys nor every text.
    data: p.json<SessionValues>().columnType('json'),
    isRemembered: p.boolean(),
    ipAddress: p.string().length(45).nullable(),
    userAgent: p.string().length(512).nullable(),
    createdAt: p.datetime(3),
    /** To the hour, or to a tenth of a short idle timeout: it is not written more often. */
    lastActiveAt: p.datetime(3),
    /** The absolute limit. No activity moves it. */
    expiresAt: p.datetime(3).index('session_expires_at_index'),
    /** When a password was last given in this session; null for an anonymous one. */
    authenticatedAt: p.datetime(3).nullable(),
  },
});

/** How long, in milliseconds, a replaced secret still opens the session: for requests under way. */
const ROTATION_GRACE = 10_000;

/** How far, in milliseconds, the clocks of two machines may differ. */
const CLOCK_TOLERANCE = 60_000;

/** One browser of one visitor, logged in or not. The session cookie carries its id and secret. */
export class Session extends SessionSchema.class {}

SessionSchema.setClass(Session);

/** What the secret in the cookie is compared with. */
export type SessionSecrets = Pick<Session, 'secretHash' | 'previousSecretHash' | 'rotatedAt'>;

/** A session as a request knows it: to be read alone. Whoever changes a session writes to its row. */
export type StoredSession = Readonly<Omit<Session, keyof SessionSecrets | 'user'>> & {
  readonly user: CurrentUser | null;
};

/** Whether it was ended by time. A clock that was set back to before the session began ends it, too. */
export function isExpired(
  { lastActiveAt, expiresAt }: Pick<Session, 'expiresAt' | 'lastActiveAt'>,
  now: Date,
  { idleTimeout }: SessionLifetimes,
): boolean {
  const idleFor = now.getTime() - lastActiveAt.getTime();

  return now >= expiresAt || idleFor >= idleTimeout || idleFor < -CLOCK_TOLERANCE;
}

/** When it ends unless it is used again. */
export function endOf(
  { lastActiveAt, expiresAt }: Pick<Session, 'expiresAt' | 'lastActiveAt'>,
  { idleTimeout }: SessionLifetimes,
): Date {
  return new Date(Math.min(expiresAt.getTime(), lastActiveAt.getTime() + idleTimeout));
}

/** Until when its password counts as just given; null when none was given in it. */
export function endOfFreshness(
  { authenticatedAt }: Pick<Session, 'authenticatedAt'>,
  { freshFor }: SessionLifetimes,
): Date | null {
  return authenticatedAt ? new Date(authenticatedAt.getTime() + freshFor) : null;
}

/** Whether the secret was replaced a moment ago. */
export function wasJustReplaced(
  { previousSecretHash, rotatedAt }: SessionSecrets,
  secretHash: string,
  now: Date,
): boolean {
  return (
    previousSecretHash != null &&
    rotatedAt != null &&
    isSame(previousSecretHash, secretHash) &&
    // A clock that was set back does not make the grace longer.
    Math.abs(now.getTime() - rotatedAt.getTime()) < ROTATION_GRACE
  );
}
