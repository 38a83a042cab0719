import { defineEntity, p } from '@mikro-orm/core';
import { v7 as uuidv7 } from 'uuid';

/** What a mail is made of when it is sent: names, times and ids, and no secrets. */
export type MailData = Readonly<Record<string, string | null>>;

const OutboxMailSchema = defineEntity({
  name: 'OutboxMail',
  tableName: 'outbox_mail',
  indexes: [{ name: 'outbox_mail_failed_at_due_at_index', properties: ['failedAt', 'dueAt'] }],
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => uuidv7()),
    /** Which mail it is, in the words of whoever composes it. */
    kind: p.string().length(32),
    recipient: p.string().length(254),
    /** Whom it is about; null when that is found out as it is sent. Kept without a reference, to outlive the user. */
    userId: p.uuid().nullable().index('outbox_mail_user_id_index'),
    data: p.json<MailData>(),
    createdAt: p.datetime(3),
    /** Not to be sent before: because it was tried in vain, or because a process is sending it. */
    dueAt: p.datetime(3),
    /** How often a process has begun to send it. */
    attempts: p.integer(),
    /** When it was given up; null while it is to be sent. */
    failedAt: p.datetime(3).nullable(),
    /** What stood in the way the last time, as a code. */
    lastError: p.string().length(100).nullable(),
  },
});

/** A mail that is to be sent. Once it is sent the row is gone. */
export class OutboxMail extends OutboxMailSchema.class {}

OutboxMailSchema.setClass(OutboxMail);
