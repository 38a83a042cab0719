import type { SqlEntityManager } from '@mikro-orm/sqlite';
import type { OperationTypeNode } from 'graphql';
import type { Logger } from 'pino';

import type { AccessToken } from './auth/access-token.ts';
import type { AccountOutbox } from './auth/mail-kinds.ts';
import type { Passwords } from './auth/passwords.ts';
import type { SecurityEvents } from './auth/security-events.ts';
import type { Clock } from './clock.ts';
import type { Quotas } from './config.ts';
import type { Changes } from './database/changes.ts';
import type { Reader } from './database/read-rows.ts';
import type { Loaders } from './graphql/load-by-id.ts';
import type { Exchange } from './http/exchange.ts';
import type { NoteQuota } from './notes/note-quota.ts';
import type { RequestSession } from './session/request-session.ts';
import type { SessionLifetimes } from './session/session.ts';
import type { CurrentUser } from './users/user.ts';

/** What a resolver gets: everything that belongs to one operation. */
export interface Context {
  readonly exchange: Exchange;
  readonly operationType: OperationTypeNode;
  /** Whether a stream goes on, and nobody has just sent anything: that is no use of the session or the token. */
  readonly isContinued: boolean;
  /**
   * Aborted when the operation is stopped: its time is up, or its client has gone. `em` runs nothing more
   * then; whatever takes long and goes around it looks at the signal itself.
   */
  readonly signal: AbortSignal;
  /** For entities: a fork of its own, so that nobody else's are in it. */
  readonly em: SqlEntityManager;
  /** For plain rows. */
  readonly reader: Reader;
  readonly loaders: Loaders;
  /** Where others are told of what was changed. */
  readonly changes: Changes;
  readonly clock: Clock;
  /** Its lines carry the request id. */
  readonly log: Logger;
  readonly passwords: Passwords;
  readonly lifetimes: SessionLifetimes;
  readonly quotas: Quotas;
  readonly noteQuota: NoteQuota;
  readonly events: SecurityEvents;
  /** Mails that are to be sent. */
  readonly outbox: AccountOutbox;
  /** Flask's `session`: there for everybody, logged in or not. */
  readonly session: RequestSession;
  /** What a program has shown instead of a cookie; null for a browser. */
  accessToken: AccessToken | null;
  /**
   * Null for an anonymous visitor. Changes in the midst of an operation that logs in or out, or changes the account.
   */
  currentUser: CurrentUser | null;
}

/** The context behind the gate. */
export interface AuthenticatedContext extends Context {
  currentUser: CurrentUser;
}
