/**
 * The session of one request: what Flask calls `session`.
 *
 * It is there for everybody. A visitor who is not logged in has no row and no cookie until a value is set;
 * values outlive a login, while the token changes with it. What was set is written once, when the
 * operation has run. Values are small JSON; an object that is changed in place has to be set again.
 */
import { LockMode, type FilterQuery } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sqlite';
import { v7 as uuidv7 } from 'uuid';

import { transact } from '../database/transact.ts';
import type { CurrentUser } from '../users/user.ts';
import { accountChange } from './account-change.ts';
import { userAgentOf } from './device.ts';
import type { AnonymousReason, OpenedSession } from './opened-session.ts';
import { hashOf, newSecret } from './secret.ts';
import type { SessionData, SessionValues } from './session-data.ts';
import { writeCookie, type SessionScope } from './session-scope.ts';
import { endOf, endOfFreshness, Session, type StoredSession } from './session.ts';

/** How many characters of JSON all values of one session may have together. */
const MAX_DATA_LENGTH = 4096;

/** Makes a new token the one of this request, and of its cookie: to be called when its row is committed. */
type Adopt<Result = void> = () => Result;

export class RequestSession {
  readonly #scope: SessionScope;
  #opened: OpenedSession;
  /** What was set since the request began; undefined for what was deleted. */
  #changes: SessionValues = {};

  constructor(scope: SessionScope, opened: OpenedSession) {
    this.#scope = scope;
    this.#opened = opened;
  }

  /** The stored session; null for a visitor who has none. */
  get row(): StoredSession | null {
    return this.#opened.row;
  }

  /** Null for an anonymous visitor. */
  get user(): CurrentUser | null {
    return this.row?.user ?? null;
  }

  /** Null when somebody is logged in. */
  get anonymousReason(): AnonymousReason | null {
    if (this.#opened.row === null) {
      return this.#opened.anonymousReason;
    }

    return this.user ? null : 'NOT_LOGGED_IN';
  }

  /** A request that was under way while its token was replaced may read, and nothing else. */
  get isReadOnly(): boolean {
    return this.#opened.row !== null && this.#opened.isReplaced;
  }

  /** Until when the password counts as just given; null when it does not. */
  get freshUntil(): Date | null {
    const { request, lifetimes } = this.#scope;
    const until = this.row && endOfFreshness(this.row, lifetimes);

    return until && request.clock() < until && !this.isReadOnly ? until : null;
  }

  /** When the session ends if it is not used again; null when there is none. */
  get expiresAt(): Date | null {
    return this.row && endOf(this.row, this.#scope.lifetimes);
  }

  /** Whether `save` has something to write. */
  get isChanged(): boolean {
    return Object.keys(this.#changes).length > 0;
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
    if (JSON.stringify({ ...this.row?.data, ...changes }).length > MAX_DATA_LENGTH) {
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
   * nothing. The values stay, unless they are another user's. The session of before ends, also when its
   * cookie was replaced a moment ago: it is this browser's, which keeps one, and a logout would end it, too.
   *
   * @param em of a transaction
   * @returns what is to be called when it is committed, and not before: it hands out the cookie
   */
  async start(
    em: SqlEntityManager,
    user: CurrentUser,
    { isRemembered }: { isRemembered: boolean },
  ): Promise<Adopt<StoredSession>> {
    const isAnothers = this.user !== null && this.user.id !== user.id;
    const data = isAnothers ? {} : this.#values();
    const { clock } = this.#scope.request;

    return this.#create(em, { user, isRemembered, data, authenticatedAt: clock() }, this.row);
  }

  /**
   * The password was given again: the session is fresh, and its token another one.
   *
   * @returns false when the token was replaced or the session ended meanwhile: then nothing is changed
   */
  async confirm(): Promise<boolean> {
    const { row, secretHash } = this.#current();
    const adopt = await this.#rotate(this.#scope.request.em, { id: row.id, secretHash });
    adopt?.();

    return adopt !== null;
  }

  /**
   * Does the same whoever has replaced the token meanwhile. They are out: they may have known the password of before.
   *
   * @param em of a transaction
   * @returns what is to be called when it is committed, and not before: it hands out the cookie; null when the
   * session ended meanwhile
   */
  async takeOver(em: SqlEntityManager): Promise<Adopt | null> {
    return this.#rotate(em, { id: this.#current().row.id });
  }

  /**
   * Whether the token of this request still opens the session.
   *
   * @param em of a transaction
   */
  async isCurrent(em: SqlEntityManager): Promise<boolean> {
    const { row, secretHash } = this.#current();

    return (await em.count(Session, { id: row.id, secretHash })) > 0;
  }

  /**
   * Logs out. The row is gone, so that a copy of the cookie is worth nothing.
   *
   * @returns the session that ended; null when there was none
   */
  async end(): Promise<StoredSession | null> {
    const { request, cookie } = this.#scope;
    const ended = this.row;
    if (ended) {
      await request.em.nativeDelete(Session, { id: ended.id });
      await this.#tellOfEnd(request.em, ended);
    }
    this.#opened = { row: null, anonymousReason: 'NOT_LOGGED_IN' };
    this.#changes = {};
    request.exchange.answerCookies.set(cookie.name, cookie.clear());

    return ended;
  }

  /** Writes what was set, if the session may be written. Called once, when the operation has run. */
  async save(): Promise<void> {
    if (this.isReadOnly) {
      return;
    }
    if (this.row && this.isChanged) {
      await this.#update();
    } else if (Object.values(this.#changes).some((value) => value !== undefined)) {
      const content = { user: null, isRemembered: false, authenticatedAt: null };
      const { em } = this.#scope.request;
      const adopt = await this.#create(em, { ...content, data: this.#values() }, null);
      adopt();
    }
    this.#changes = {};
  }

  #current(): OpenedSession & { readonly row: StoredSession } {
    const opened = this.#opened;
    if (!opened.row) {
      throw new TypeError('There is no session. Gate the field with `session`.');
    }

    return opened;
  }

  async #rotate(em: SqlEntityManager, which: FilterQuery<Session>): Promise<Adopt | null> {
    // Requests that are under way have the token of this one.
    const { row, secretHash: previousSecretHash } = this.#current();
    const now = this.#scope.request.clock();
    const secret = newSecret();
    const secretHash = hashOf(secret);
    const change = { previousSecretHash, secretHash, rotatedAt: now, authenticatedAt: now };
    if ((await em.nativeUpdate(Session, which, change)) === 0) {
      return null;
    }

    return () => {
      this.#opened = { row: { ...row, authenticatedAt: now }, secretHash, isReplaced: false };
      writeCookie(this.#scope, row, secret);
    };
  }

  #values(): SessionValues {
    return { ...this.row?.data, ...this.#changes };
  }

  async #create(
    em: SqlEntityManager,
    content: Pick<StoredSession, 'user' | 'isRemembered' | 'data' | 'authenticatedAt'>,
    previous: StoredSession | null,
  ): Promise<Adopt<StoredSession>> {
    const { request, lifetimes } = this.#scope;
    const { exchange, clock } = request;
    const now = clock();
    const secret = newSecret();
    const secretHash = hashOf(secret);
    const lifetime = content.isRemembered ? lifetimes.rememberedLifetime : lifetimes.lifetime;

    const row = {
      ...content,
      id: uuidv7(),
      ipAddress: exchange.address,
      userAgent: userAgentOf(exchange),
      createdAt: now,
      lastActiveAt: now,
      expiresAt: new Date(now.getTime() + lifetime),
    };
    em.create(Session, { ...row, user: content.user?.id ?? null, secretHash });
    if (previous) {
      em.remove(em.getReference(Session, previous.id));
    }
    await em.flush();
    await this.#tellOfEnd(em, previous);

    return () => {
      this.#opened = { row, secretHash, isReplaced: false };
      this.#changes = {};
      writeCookie(this.#scope, row, secret);

      return row;
    };
  }

  async #tellOfEnd(em: SqlEntityManager, ended: StoredSession | null): Promise<void> {
    if (ended?.user) {
      await this.#scope.request.changes.publish(em, accountChange(ended.user.id));
    }
  }

  /**
   * Two requests of one session may set different values at once: each changes its own alone. One whose token was
   * replaced meanwhile changes nothing, as if it had come later.
   */
  async #update(): Promise<void> {
    const { row: opened, secretHash } = this.#current();
    await transact(this.#scope.request.em, async (em) => {
      const current = { id: opened.id, secretHash };
      const row = await em.findOne(Session, current, {
        lockMode: LockMode.PESSIMISTIC_WRITE,
        refresh: true,
      });
      if (row) {
        row.data = { ...row.data, ...this.#changes };
      }
    });
  }
}
