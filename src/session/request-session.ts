import { createHash, randomBytes } from 'node:crypto';

/**
 * The session of one request: what Flask calls `session`.
 *
 * It is there for everybody. A visitor who is not logged in has no row and no cookie until a value is set;
 * values outlive a login, while the token changes with it. What was set is written once, when the
 * operation has run. Values are small JSON; an object that is changed in place has to be set again.
 */
import { LockMode, type EntityManager } from '@mikro-orm/core';

import type { Clock } from '../clock.ts';
import type { Exchange } from '../http/exchange.ts';
import type { User } from '../users/user.ts';
import type { SessionCookie, SessionToken } from './session-cookie.ts';
import type { SessionData, SessionValues } from './session-data.ts';
import { Session, type SessionLifetimes } from './session.ts';

/** How many characters of JSON all values of one session may have together. */
const MAX_DATA_LENGTH = 4096;

/** Why nobody is logged in. */
export type AnonymousReason =
  | 'ACCOUNT_DISABLED'
  | 'INVALID_COOKIE'
  | 'NO_COOKIE'
  | 'NOT_LOGGED_IN'
  | 'SESSION_ENDED'
  | 'SESSION_EXPIRED';

/** What a session needs from its request and from the application. */
export interface SessionScope {
  readonly exchange: Exchange;
  readonly em: EntityManager;
  readonly cookie: SessionCookie;
  readonly lifetimes: SessionLifetimes;
  readonly clock: Clock;
}

export class RequestSession {
  readonly #scope: SessionScope;
  #row: Session | null;
  #anonymousReason: AnonymousReason;
  /** What was set since the request began; undefined for what was deleted. */
  #changes: SessionValues = {};

  /** @param row null for an anonymous visitor without values */
  constructor(scope: SessionScope, row: Session | null, anonymousReason: AnonymousReason) {
    this.#scope = scope;
    this.#row = row;
    this.#anonymousReason = anonymousReason;
  }

  /** Null for an anonymous visitor. */
  get user(): User | null {
    return this.#row?.user ?? null;
  }

  /** Null when somebody is logged in. */
  get anonymousReason(): AnonymousReason | null {
    return this.user ? null : this.#anonymousReason;
  }

  get<Key extends keyof SessionData>(key: Key): SessionData[Key] | undefined {
    return this.#values()[key];
  }

  has(key: keyof SessionData): boolean {
    return this.get(key) !== undefined;
  }

  /**
   * @throws {TypeError} for what JSON cannot hold
   * @throws {RangeError} when the values of the session become too large together
   */
  set<Key extends keyof SessionData>(key: Key, value: SessionData[Key]): void {
    const json = JSON.stringify(value);
    if (json === undefined) {
      throw new TypeError(`The session cannot keep ${key}: JSON has no such value.`);
    }
    const copy: unknown = JSON.parse(json);
    const changes = { ...this.#changes, [key]: copy };
    if (JSON.stringify({ ...this.#row?.data, ...changes }).length > MAX_DATA_LENGTH) {
      throw new RangeError(
        `The values of a session may have ${MAX_DATA_LENGTH} characters of JSON together. Keep larger ones in a table.`,
      );
    }
    this.#changes = changes;
  }

  delete(key: keyof SessionData): void {
    this.#changes = { ...this.#changes, [key]: undefined };
  }

  /**
   * Logs a user in: always a new session with a new token, so that a token planted before is worth
   * nothing. The values stay, unless they are another user's.
   */
  async start(user: User, { isRemembered }: { isRemembered: boolean }): Promise<void> {
    const previous = this.#row;
    const isAnothers = this.user !== null && this.user.id !== user.id;
    const data = isAnothers ? {} : this.#values();

    await this.#create(
      { user, isRemembered, data, authenticatedAt: this.#scope.clock() },
      previous,
    );
  }

  /**
   * Logs out. The row is gone, so that a copy of the cookie is worth nothing.
   *
   * @returns the id of the session that ended; null when there was none
   */
  async end(): Promise<string | null> {
    const { em, exchange, cookie } = this.#scope;
    const ended = this.#row;
    if (ended) {
      await em.remove(ended).flush();
    }
    this.#row = null;
    this.#changes = {};
    this.#anonymousReason = 'NOT_LOGGED_IN';
    exchange.answerCookies.set(cookie.name, cookie.clear());

    return ended?.id ?? null;
  }

  /** Writes what was set. Called once, when the operation has run. */
  async save(): Promise<void> {
    if (Object.keys(this.#changes).length === 0) {
      return;
    }
    if (this.#row) {
      await this.#update(this.#row.id);
    } else if (Object.values(this.#changes).some((value) => value !== undefined)) {
      await this.#create(
        { user: null, isRemembered: false, data: this.#values(), authenticatedAt: null },
        null,
      );
    }
    this.#changes = {};
  }

  #values(): SessionValues {
    return { ...this.#row?.data, ...this.#changes };
  }

  async #create(
    content: Pick<Session, 'user' | 'isRemembered' | 'data' | 'authenticatedAt'>,
    previous: Session | null,
  ): Promise<void> {
    const { em, exchange, cookie, lifetimes, clock } = this.#scope;
    const now = clock();
    const secret = randomBytes(32).toString('base64url');
    const lifetime = content.isRemembered ? lifetimes.rememberedLifetime : lifetimes.lifetime;

    const row = em.create(Session, {
      ...content,
      secretHash: hashOf(secret),
      ipAddress: exchange.address,
      userAgent: exchange.headers['user-agent']?.slice(0, 512) ?? null,
      createdAt: now,
      lastActiveAt: now,
      expiresAt: new Date(now.getTime() + lifetime),
    });
    if (previous) {
      em.remove(previous);
    }
    await em.flush();

    this.#row = row;
    this.#changes = {};
    exchange.answerCookies.set(cookie.name, writeCookie(this.#scope, row, secret));
  }

  /** Two requests of one session may set different values at once: each changes its own alone. */
  async #update(id: string): Promise<void> {
    await this.#scope.em.transactional(async (em) => {
      const row = await em.findOne(Session, id, {
        lockMode: LockMode.PESSIMISTIC_WRITE,
        refresh: true,
      });
      if (row) {
        row.data = { ...row.data, ...this.#changes };
      }
    });
  }
}

/** The Set-Cookie value of a session: persistent if it is remembered. */
export function writeCookie(scope: SessionScope, row: Session, secret: string): string {
  const { cookie, clock } = scope;
  const secondsLeft = Math.floor((row.expiresAt.getTime() - clock().getTime()) / 1000);
  const token: SessionToken = { id: row.id, secret };

  return cookie.write(token, row.isRemembered ? secondsLeft : null);
}

/** What is stored of a secret. It is random, so that one round of SHA-256 is enough. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
