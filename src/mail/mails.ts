/** The words of every mail. User names and devices are put in as they are: the layout escapes them. */
import type { MailContent } from './render-mail.ts';

/** What all of them know. */
export interface MailFacts {
  readonly productName: string;
  readonly username: string;
}

export function passwordResetMail({ productName, username }: MailFacts, link: string): MailContent {
  return {
    subject: `Choose a new password for ${productName}`,
    paragraphs: [
      `Somebody, hopefully you, has asked for a new password for your account ${username}.`,
    ],
    action: { label: 'Choose a new password', link },
    footnotes: [
      'The link works once, and for an hour. Your sessions and access tokens end when the password is changed.',
      'If it was not you, there is nothing to do: the password stays as it is.',
    ],
  };
}

export function emailVerificationMail(
  { productName, username }: MailFacts,
  link: string,
): MailContent {
  return {
    subject: `Confirm your address for ${productName}`,
    paragraphs: [
      `This address was given for the account ${username}. Confirm that it is yours: then you can log in with it, and get a new password by mail.`,
    ],
    action: { label: 'Confirm the address', link },
    footnotes: [
      'The link works once, and for 24 hours.',
      'If you know nothing of this, there is nothing to do: the address is not used unless you confirm it.',
    ],
  };
}

/** For whoever has an account already: nobody else learns that there is one. */
export function emailInUseMail({ productName, username }: MailFacts, link: string): MailContent {
  return {
    subject: `You have an account at ${productName} already`,
    paragraphs: [
      `Somebody, perhaps you, has given this address for another account. It belongs to your account ${username}, and stays there: nothing was changed.`,
    ],
    action: { label: 'Get a new password', link },
    footnotes: ['If you know your password, or if it was not you, there is nothing to do.'],
  };
}

/** What happened, to whom, where and when. */
export interface NoticeFacts extends MailFacts {
  /** Such as `23 November 2026, 20:31 UTC`. */
  readonly time: string;
  /** Such as `Firefox on Linux`; null when nobody knows. */
  readonly device: string | null;
  /** Null when nobody knows. */
  readonly ipAddress: string | null;
}

export function passwordChangedMail(facts: NoticeFacts, link: string): MailContent {
  return notice(facts, link, {
    subject: `Your password for ${facts.productName} was changed`,
    what: `The password of your account ${facts.username} was changed.`,
  });
}

export function emailChangeRequestedMail(facts: NoticeFacts, link: string): MailContent {
  return notice(facts, link, {
    subject: `A new address for your account at ${facts.productName}`,
    what: `Another address was given for your account ${facts.username}. This one stays in use until the other one is confirmed.`,
  });
}

export function emailChangedMail(facts: NoticeFacts, link: string): MailContent {
  return notice(facts, null, {
    subject: `This address is no longer that of your account at ${facts.productName}`,
    what: `The address of your account ${facts.username} was changed, and this one is no longer in use.`,
    advice: `If it was not you, log in at ${link} with your user name, change the password, revoke the access tokens that you do not know, and set your address again. If you cannot log in, tell whoever runs the server.`,
  });
}

export function newDeviceMail(facts: NoticeFacts, link: string): MailContent {
  return notice(facts, link, {
    subject: `A new login to ${facts.productName}`,
    what: `Somebody has logged in to your account ${facts.username} from a device or a network that was not used before.`,
  });
}

export function accessTokenCreatedMail(facts: NoticeFacts, link: string): MailContent {
  return notice(facts, link, {
    subject: `A new access token for ${facts.productName}`,
    what: `An access token was made for your account ${facts.username}: a program can use it to act for you.`,
  });
}

interface NoticeWords {
  readonly subject: string;
  readonly what: string;
  /** What to do for whoever did not do it. */
  readonly advice?: string;
}

/** @param link where to choose a new password; null when that does not help */
function notice(
  { time, device, ipAddress }: NoticeFacts,
  link: string | null,
  {
    subject,
    what,
    advice = 'If it was not you, choose a new password: all sessions and access tokens end with the old one.',
  }: NoticeWords,
): MailContent {
  const place = [time, device, ipAddress].filter((fact) => fact !== null).join(' · ');

  return {
    subject,
    paragraphs: [what, place, `If it was you, there is nothing to do. ${advice}`],
    ...(link !== null && { action: { label: 'Get a new password', link } }),
    footnotes: [],
  };
}
