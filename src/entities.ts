import { AccessToken } from './auth/access-token.ts';
import { MailToken } from './auth/mail-token.ts';
import { SecurityEvent } from './auth/security-event.ts';
import { ThrottleBucket } from './auth/throttle-bucket.ts';
import { OutboxMail } from './mail/outbox-mail.ts';
import { Note } from './notes/note.ts';
import { Session } from './session/session.ts';
import { User } from './users/user.ts';

/** Everything that is stored. */
export const entities = [
  User,
  Session,
  AccessToken,
  SecurityEvent,
  ThrottleBucket,
  MailToken,
  OutboxMail,
  Note,
];
