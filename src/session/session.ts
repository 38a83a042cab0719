import { defineEntity, p } from '@mikro-orm/core';
import { v7 as uuidv7 } from 'uuid';

import { User } from '../users/user.ts';
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
export class Session extends SessionSchema.class {
  /** Ended by time. A clock that was set back to before the session began ends it, too. */
  isExpired(now: Date, { idleTimeout }: SessionLifetimes): boolean {
    const idleFor = now.getTime() - this.lastActiveAt.getTime();

    return now >= this.expiresAt || idleFor >= idleTimeout || idleFor < -CLOCK_TOLERANCE;
  }

  /** When it ends unless it is used again. */
  endsAt({ idleTimeout }: SessionLifetimes): Date {
    const idleEnd = this.lastActiveAt.getTime() + idleTimeout;

    return new Date(Math.min(this.expiresAt.getTime(), idleEnd));
  }

  /** Null when no password was given in this session. */
  freshUntil({ freshFor }: SessionLifetimes): Date | null {
    return this.authenticatedAt ? new Date(this.authenticatedAt.getTime() + freshFor) : null;
  }

  /** The secret becomes another one. The password was just given. */
  rotate(secretHash: string, now: Date): void {
    this.previousSecretHash = this.secretHash;
    this.rotatedAt = now;
    this.secretHash = secretHash;
    this.authenticatedAt = now;
  }

  /** Whether the secret was replaced a moment ago. */
  wasJustReplaced(secretHash: string, now: Date): boolean {
    const { previousSecretHash, rotatedAt } = this;

    return (
      previousSecretHash != null &&
      rotatedAt != null &&
      isSame(previousSecretHash, secretHash) &&
      // A clock that was set back does not make the grace longer.
      Math.abs(now.getTime() - rotatedAt.getTime()) < ROTATION_GRACE
    );
  }
}

SessionSchema.setClass(Session);
