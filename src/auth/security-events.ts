/**
 * What happens to accounts, told to three listeners: the log, the audit table, and a hook of whoever
 * embeds the application. Recorded after the change that it tells of, and never inside its transaction.
 */
import type { SqlEntityManager } from '@mikro-orm/sqlite';
import { sql } from 'kysely';
import type { Logger } from 'pino';

import type { Clock } from '../clock.ts';
import type { AuthenticatedContext } from '../context.ts';
import { isForeignKeyViolation } from '../database/storage-fault.ts';
import type { Exchange } from '../http/exchange.ts';
import { userAgentOf } from '../session/device.ts';
import type { CurrentUser } from '../users/user.ts';
import {
  SecurityEvent,
  storedEventTypes,
  type SecurityEventType,
  type StoredEventType,
} from './security-event.ts';

/** How many events of a person are kept: whoever makes and revokes tokens all day long fills no disk. */
const KEPT_PER_USER = 1000;

/** What the place where it happens knows of an event. */
export interface SecurityEventContent {
  readonly type: SecurityEventType;
  /** Null when nobody with an account is concerned. */
  readonly user: Pick<CurrentUser, 'id'> | null;
  readonly sessionId?: string | null;
  /** More for the log, such as the field that was refused. No secrets. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Records what the logged-in person has done. */
export async function recordForViewer(
  { events, currentUser, session }: AuthenticatedContext,
  type: SecurityEventType,
  details: SecurityEventContent['details'] = {},
): Promise<void> {
  await events.record({ type, user: currentUser, sessionId: session.row?.id ?? null, details });
}

/** What a hook is told. */
export interface SecurityEventNotice {
  readonly type: SecurityEventType;
  readonly userId: string | null;
  readonly sessionId: string | null;
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
  readonly createdAt: Date;
  readonly details: Readonly<Record<string, unknown>>;
}

export type SecurityEventHook = (event: SecurityEventNotice) => Promise<void> | void;

export interface SecurityEvents {
  record(content: SecurityEventContent): Promise<void>;
}

export interface SecurityEventsOptions {
  readonly exchange: Pick<Exchange, 'address' | 'headers'>;
  readonly em: SqlEntityManager;
  readonly clock: Clock;
  readonly log: Logger;
  readonly hook?: SecurityEventHook | undefined;
}

/** The events of one request. */
export function createSecurityEvents(options: SecurityEventsOptions): SecurityEvents {
  const { exchange, em, clock, log, hook } = options;

  return {
    record: async ({ type, user, sessionId = null, details = {} }) => {
      const event = {
        type,
        sessionId,
        ipAddress: exchange.address,
        userAgent: userAgentOf(exchange),
        createdAt: clock(),
      };
      const notice = { ...event, userId: user?.id ?? null, details };
      log.info({ event: type.toLowerCase(), ...subject(notice), ...details }, 'Security event');
      if (isStored(type)) {
        await store(em.fork(), { ...event, type }, user?.id ?? null);
      }
      await tell(notice, hook, log);
    },
  };
}

type StoredContent = Pick<
  SecurityEvent,
  'createdAt' | 'ipAddress' | 'sessionId' | 'type' | 'userAgent'
>;

async function store(
  em: SqlEntityManager,
  event: StoredContent,
  userId: string | null,
): Promise<void> {
  em.create(SecurityEvent, { ...event, user: userId });
  try {
    await em.flush();
  } catch (error) {
    // The account was deleted meanwhile, and its events with it.
    if (isForeignKeyViolation(error)) {
      return;
    }
    throw error;
  }
  // A failed login costs the same for everybody, and the throttle bounds how many there are.
  if (userId !== null && event.type !== 'LOGIN_FAILED') {
    await forgetOldest(em, userId);
  }
}

/** In one statement, because it comes with every event. */
async function forgetOldest(em: SqlEntityManager, id: string): Promise<void> {
  await sql`delete from security_event where user_id = ${id} and id <= (
    select id from security_event where user_id = ${id}
    order by id desc limit 1 offset ${KEPT_PER_USER})`.execute(em.getKysely());
}

function isStored(type: SecurityEventType): type is StoredEventType {
  return storedEventTypes.some((stored) => stored === type);
}

function subject({ userId, sessionId, ipAddress }: SecurityEventNotice): object {
  return { userId, sessionId, ipAddress };
}

/** A hook that fails is a matter of its own, and nothing to the person who logs in. */
async function tell(
  event: SecurityEventNotice,
  hook: SecurityEventHook | undefined,
  log: Logger,
): Promise<void> {
  try {
    await hook?.(event);
  } catch (error) {
    log.error({ event: 'security_event_hook_failed', err: error }, 'A hook failed');
  }
}
