import { defineEntity, p } from '@mikro-orm/core';
import { v7 as uuidv7 } from 'uuid';

import { User } from '../users/user.ts';

/** What is kept in the audit table, and shown to whom it concerns. */
export const storedEventTypes = [
  'ACCESS_TOKEN_CREATED',
  'ACCESS_TOKEN_REVOKED',
  'ACCOUNT_DISABLED',
  'ACCOUNT_ENABLED',
  'EMAIL_CHANGED',
  'EMAIL_CHANGE_REQUESTED',
  'LOGGED_OUT',
  'LOGIN_FAILED',
  'LOGIN_SUCCEEDED',
  'PASSWORD_CHANGED',
  'PASSWORD_CONFIRMED',
  'PASSWORD_RESET',
  'REGISTERED',
  'SESSION_ENDED',
  'SESSION_PROTECTED',
] as const;

export type StoredEventType = (typeof storedEventTypes)[number];

/**
 * What can happen to an account: Flask-Login's signals, and a few that it lacks. Those that are not stored
 * anybody can cause as often as they send requests, or nobody is left to see them.
 */
export type SecurityEventType =
  | StoredEventType
  | 'ACCESS_DENIED'
  | 'ACCOUNT_DELETED'
  | 'LOGIN_THROTTLED'
  | 'MAIL_THROTTLED'
  | 'SESSION_EXPIRED';

const SecurityEventSchema = defineEntity({
  name: 'SecurityEvent',
  tableName: 'security_event',
  indexes: [{ name: 'security_event_user_id_id_index', properties: ['user', 'id'] }],
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => uuidv7()),
    type: p.string().length(32).$type<StoredEventType>(),
    /** Whom it is about; null when nobody with an account is. */
    user: () => p.manyToOne(User).nullable().deleteRule('cascade').index(false),
    /** The session that it happened in or to. It may be gone by now. */
    sessionId: p.uuid().nullable(),
    ipAddress: p.string().length(45).nullable(),
    userAgent: p.string().length(512).nullable(),
    createdAt: p.datetime(3).index('security_event_created_at_index'),
  },
});

/** A line of the audit table. */
export class SecurityEvent extends SecurityEventSchema.class {}

SecurityEventSchema.setClass(SecurityEvent);
