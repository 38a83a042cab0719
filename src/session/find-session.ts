/**
 * The session and its user, in one query. Every request begins with it, so it is a bound statement, which is
 * prepared once. An operation that changes something gets entities, which cost twice as much as the query;
 * one that only reads gets the same, but unknown to the entity manager.
 */
import type { SqlEntityManager } from '@mikro-orm/sqlite';

import type { Moment } from '../database/moment.ts';
import { readRows } from '../database/read-rows.ts';
import { User } from '../users/user.ts';
import type { SessionValues } from './session-data.ts';
import { Session } from './session.ts';

/** @param isManaged whether changes of what is found are written at a flush */
export async function findSession(
  em: SqlEntityManager,
  id: string,
  isManaged: boolean,
): Promise<Session | null> {
  const [row] = await readRows<SessionRow & UserRow>({ em }, STATEMENT, [id]);
  if (!row) {
    return null;
  }

  return isManaged ? managedSession(em, row) : plainSession(row);
}

/** What marks the columns of the user. */
const USER = 'user__';

const STATEMENT = `
  select session.id, secret_hash, previous_secret_hash, rotated_at, user_id, data, is_remembered,
    ip_address, user_agent, session.created_at, last_active_at, expires_at, authenticated_at,
    username as user__username, username_key as user__username_key,
    display_name as user__display_name, email as user__email, email_key as user__email_key,
    pending_email as user__pending_email, "user".created_at as user__created_at,
    disabled_at as user__disabled_at
  from session left join "user" on "user".id = session.user_id
  where session.id = ?`;

/** Each database has its own form of moments, JSON and truth. */
interface SessionRow {
  readonly id: string;
  readonly secret_hash: string;
  readonly previous_secret_hash: string | null;
  readonly rotated_at: Moment | null;
  readonly user_id: string | null;
  readonly data: SessionValues | string;
  readonly is_remembered: boolean | number;
  readonly ip_address: string | null;
  readonly user_agent: string | null;
  readonly created_at: Moment;
  readonly last_active_at: Moment;
  readonly expires_at: Moment;
  readonly authenticated_at: Moment | null;
}

interface UserRow {
  readonly user__username: string;
  readonly user__username_key: string;
  readonly user__display_name: string | null;
  readonly user__email: string | null;
  readonly user__email_key: string | null;
  readonly user__pending_email: string | null;
  readonly user__created_at: Moment;
  readonly user__disabled_at: Moment | null;
}

function managedSession(em: SqlEntityManager, row: SessionRow & UserRow): Session {
  const session: Record<string, unknown> = {};
  const user: Record<string, unknown> = { id: row.user_id };
  for (const [name, value] of Object.entries<unknown>({ ...row })) {
    if (name.startsWith(USER)) {
      user[name.slice(USER.length)] = value;
    } else {
      session[name] = value;
    }
  }
  if (row.user_id !== null) {
    em.map(User, user);
  }

  return em.map(Session, session);
}

function plainSession(row: SessionRow & UserRow): Session {
  return {
    ...sessionRules,
    id: row.id,
    secretHash: row.secret_hash,
    previousSecretHash: row.previous_secret_hash,
    rotatedAt: dateOf(row.rotated_at),
    user: row.user_id === null ? null : plainUser(row.user_id, row),
    data: valuesOf(row.data),
    isRemembered: Boolean(row.is_remembered),
    ipAddress: row.ip_address,
    userAgent: row.user_agent,
    createdAt: new Date(row.created_at),
    lastActiveAt: new Date(row.last_active_at),
    expiresAt: new Date(row.expires_at),
    authenticatedAt: dateOf(row.authenticated_at),
  };
}

function plainUser(id: string, row: UserRow): User {
  return {
    ...userRules,
    id,
    username: row.user__username,
    usernameKey: row.user__username_key,
    displayName: row.user__display_name,
    email: row.user__email,
    emailKey: row.user__email_key,
    pendingEmail: row.user__pending_email,
    createdAt: new Date(row.user__created_at),
    disabledAt: dateOf(row.user__disabled_at),
    get passwordHash(): never {
      throw new TypeError('The hash of a password is read where a password is checked.');
    },
  };
}

// oxlint-disable-next-line typescript/unbound-method -- they are called as methods of what has them
const { isExpired, endsAt, freshUntil, rotate, wasJustReplaced } = Session.prototype;
const sessionRules = { isExpired, endsAt, freshUntil, rotate, wasJustReplaced };
// oxlint-disable-next-line typescript/unbound-method
const { isDisabled } = User.prototype;
const userRules = { isDisabled };

function valuesOf(data: SessionValues | string): SessionValues {
  const values: unknown = typeof data === 'string' ? JSON.parse(data) : data;

  return typeof values === 'object' ? { ...values } : {};
}

function dateOf(moment: Moment | null): Date | null {
  return moment === null ? null : new Date(moment);
}
