import type { Outbox } from '../mail/outbox.ts';

/** Mails that tell of what has happened to an account. */
export type NoticeKind =
  | 'ACCESS_TOKEN_CREATED'
  | 'EMAIL_CHANGED'
  | 'EMAIL_CHANGE_REQUESTED'
  | 'NEW_DEVICE'
  | 'PASSWORD_CHANGED';

/** All mails about accounts. */
export type MailKind = 'EMAIL_VERIFICATION' | 'PASSWORD_RESET' | NoticeKind;

export type AccountOutbox = Outbox<MailKind>;
