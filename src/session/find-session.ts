/**
 * The session and its user, in one query. Every request begins with it, so it is a bound statement, which is
 * prepared once, and its rows are no entities: few requests change them. Where the database can tell that nothing was written,
 * they are remembered until something is.
 */
import type { Moment } from '../database/moment.ts';
import { readRows, type Reader } from '../database/read-rows.ts';
import type { CurrentUser } from '../users/user.ts';
import type { SessionValues } from './session-data.ts';
import type { SessionSecrets, StoredSession } from './session.ts';

export interface FoundSession {
  readonly session: StoredSession;
  readonly secrets: SessionSecrets;
}

export async function findSession(reader: Reader, id: string): Promise<FoundSession | null> {
  const [row] = await readRows<SessionRow & UserRow>(reader, STATEMENT, [id], true);

  return row ? { session: sessionOf(row), secrets: secretsOf(row) } : null;
}

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

function secretsOf(row: SessionRow): SessionSecrets {
  return {
    secretHash: row.secret_hash,
    previousSecretHash: row.previous_secret_hash,
    rotatedAt: dateOf(row.rotated_at),
  };
}

function sessionOf(row: SessionRow & UserRow): StoredSession {
  return {
    id: row.id,
    user: row.user_id === null ? null : userOf(row.user_id, row),
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

function userOf(id: string, row: UserRow): CurrentUser {
  return {
    id,
    username: row.user__username,
    usernameKey: row.user__username_key,
    displayName: row.user__display_name,
    email: row.user__email,
    emailKey: row.user__email_key,
    pendingEmail: row.user__pending_email,
    createdAt: new Date(row.user__created_at),
    disabledAt: dateOf(row.user__disabled_at),
  };
}

function valuesOf(data: SessionValues | string): SessionValues {
  const values: unknown = typeof data === 'string' ? JSON.parse(data) : data;

  return typeof values === 'object' ? { ...values } : {};
}

function dateOf(moment: Moment | null): Date | null {
  return moment === null ? null : new Date(moment);
}
