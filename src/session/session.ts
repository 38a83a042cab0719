import { defineEntity, p } from '@mikro-orm/core';
import { v7 as uuidv7 } from 'uuid';

import { User } from '../users/user.ts';
import type { SessionValues } from './session-data.ts';

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
  properties: {
    /** Public: a session may be shown and ended by it. */
    id: p
      .uuid()
      .primary()
      .onCreate(() => uuidv7()),
    /** SHA-256 of the secret in the cookie, base64url. The secret itself is stored nowhere. */
    secretHash: p.string().length(43).hidden(),
    /** Null for an anonymous visitor. */
    user: () => p.manyToOne(User).nullable().deleteRule('cascade').index('session_user_id_index'),
    data: p.json<SessionValues>(),
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

/** How far the clocks of two machines may differ. */
const CLOCK_TOLERANCE = 60_000;

/** One browser of one visitor, logged in or not. The session cookie carries its id and secret. */
export class Session extends SessionSchema.class {
  /** Ended by time. A clock that was set back to before the session began ends it, too. */
  isExpired(now: Date, { idleTimeout }: SessionLifetimes): boolean {
    const idleFor = now.getTime() - this.lastActiveAt.getTime();

    return now >= this.expiresAt || idleFor >= idleTimeout || idleFor < -CLOCK_TOLERANCE;
  }
}

SessionSchema.setClass(Session);
