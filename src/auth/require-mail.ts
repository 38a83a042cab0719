import { refusal } from '../graphql/errors.ts';
import type { AccountOutbox } from './mail-kinds.ts';

/** @throws {GraphQLError} MAIL_UNAVAILABLE where nobody carries mails */
export function requireMail({ isOpen }: Pick<AccountOutbox, 'isOpen'>): void {
  if (!isOpen) {
    throw refusal(
      'MAIL_UNAVAILABLE',
      'This server sends no mail. Ask whoever runs it, who can set SMTP_URL, or your password.',
    );
  }
}
