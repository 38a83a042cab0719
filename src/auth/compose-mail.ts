/**
 * From a row of the outbox to the mail. What a mail depends on is looked up as it is sent, and not when it was
 * asked for: so whoever asks cannot tell, by what it costs, whose address it is, and no row holds a token.
 */
import type { SqlEntityManager } from '@mikro-orm/sqlite';

import type { Clock } from '../clock.ts';
import type { Orm } from '../database/orm-options.ts';
import type { MailSettings } from '../mail/mail-settings.ts';
import type { RenderedMail } from '../mail/mail-transport.ts';
import {
  accessTokenCreatedMail,
  emailChangedMail,
  emailChangeRequestedMail,
  emailInUseMail,
  emailVerificationMail,
  newDeviceMail,
  passwordChangedMail,
  passwordResetMail,
  type NoticeFacts,
} from '../mail/mails.ts';
import type { OutboxMail } from '../mail/outbox-mail.ts';
import { renderMail, type MailContent } from '../mail/render-mail.ts';
import { User } from '../users/user.ts';
import { emailKey } from './email-address.ts';
import type { MailKind, NoticeKind } from './mail-kinds.ts';
import { createMailToken } from './mail-tokens.ts';
import { FORGOT_PASSWORD_PATH, RESET_PASSWORD_PATH, VERIFY_EMAIL_PATH } from './pages/paths.ts';

export interface MailComposerOptions {
  readonly orm: Orm;
  readonly clock: Clock;
  readonly settings: MailSettings;
  /** Links begin with it, whatever a request has said. */
  readonly publicUrl: URL;
}

interface Addressed {
  readonly to: string;
  readonly content: MailContent;
}

/** @returns composes one mail; null when there is nothing to be sent any more */
export function createMailComposer({
  orm,
  clock,
  settings,
  publicUrl,
}: MailComposerOptions): (row: OutboxMail) => Promise<RenderedMail | null> {
  const { productName } = settings;
  const forgotLink = new URL(FORGOT_PASSWORD_PATH, publicUrl).href;

  /** Somebody has asked for a new password. The mail goes to the address as its owner wrote it. */
  async function passwordReset(em: SqlEntityManager, recipient: string): Promise<Addressed | null> {
    const where = { emailKey: emailKey(recipient), disabledAt: null };
    const user = await em.findOne(User, where, { populate: ['passwordHash'] });
    if (user?.email == null) {
      return null;
    }
    const token = await createMailToken({ em, clock }, user, 'PASSWORD_RESET', user.email);
    const link = linkWith(token, settings.passwordResetUrl, publicUrl, RESET_PASSWORD_PATH);
    const { email, username } = user;

    return { to: email, content: passwordResetMail({ productName, username }, link) };
  }

  /** An address was given. If it has an owner, the owner is told, and the one who gave it learns nothing. */
  async function emailVerification(
    em: SqlEntityManager,
    { recipient, userId }: OutboxMail,
  ): Promise<Addressed | null> {
    const where = { id: userId ?? '', pendingEmail: recipient, disabledAt: null };
    const user = await em.findOne(User, where, { populate: ['passwordHash'] });
    if (!user) {
      return null;
    }
    const owner = await em.findOne(User, { emailKey: emailKey(recipient) });
    if (owner?.email != null) {
      const { email, username } = owner;

      return { to: email, content: emailInUseMail({ productName, username }, forgotLink) };
    }
    const token = await createMailToken({ em, clock }, user, 'EMAIL_VERIFICATION', recipient);
    const link = linkWith(token, settings.emailVerificationUrl, publicUrl, VERIFY_EMAIL_PATH);
    const { username } = user;

    return { to: recipient, content: emailVerificationMail({ productName, username }, link) };
  }

  function notice(kind: NoticeKind, { recipient, data }: OutboxMail): Addressed {
    const facts: NoticeFacts = {
      productName,
      username: data['username'] ?? '',
      time: timeText(new Date(data['time'] ?? 0)),
      device: data['device'] ?? null,
      ipAddress: data['ipAddress'] ?? null,
    };

    return { to: recipient, content: noticeContents[kind](facts, forgotLink, publicUrl.origin) };
  }

  async function addressed(row: OutboxMail): Promise<Addressed | null> {
    const em = orm.em.fork();
    const kind = kindOf(row);
    if (kind === 'PASSWORD_RESET') {
      return passwordReset(em, row.recipient);
    }

    return kind === 'EMAIL_VERIFICATION' ? emailVerification(em, row) : notice(kind, row);
  }

  return async (row) => {
    const mail = await addressed(row);

    return mail && renderMail(mail.to, mail.content, { productName, publicUrl });
  };
}

type NoticeContent = (facts: NoticeFacts, forgotLink: string, home: string) => MailContent;

const noticeContents: Readonly<Record<NoticeKind, NoticeContent>> = {
  ACCESS_TOKEN_CREATED: accessTokenCreatedMail,
  // There is no new password by mail for whoever has lost the address.
  EMAIL_CHANGED: (facts, _forgotLink, home) => emailChangedMail(facts, home),
  EMAIL_CHANGE_REQUESTED: emailChangeRequestedMail,
  NEW_DEVICE: newDeviceMail,
  PASSWORD_CHANGED: passwordChangedMail,
};

const kinds: ReadonlySet<string> = new Set<MailKind>([
  'EMAIL_VERIFICATION',
  'PASSWORD_RESET',
  'ACCESS_TOKEN_CREATED',
  'EMAIL_CHANGED',
  'EMAIL_CHANGE_REQUESTED',
  'NEW_DEVICE',
  'PASSWORD_CHANGED',
]);

/** The row may have been written by another version. */
function kindOf({ kind }: OutboxMail): MailKind {
  if (!isKind(kind)) {
    throw new TypeError(`There is no mail of the kind ${kind}.`);
  }

  return kind;
}

function isKind(kind: string): kind is MailKind {
  return kinds.has(kind);
}

/** @param template the page of a client, with `{token}`; null for our own */
function linkWith(token: string, template: string | null, publicUrl: URL, path: string): string {
  return template === null
    ? new URL(`${path}?token=${token}`, publicUrl).href
    : template.replace('{token}', token);
}

function timeText(time: Date): string {
  const format = { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' } as const;

  return `${time.toLocaleString('en-GB', format)} UTC`;
}
