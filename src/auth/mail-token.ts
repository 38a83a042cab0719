import { defineEntity, p } from '@mikro-orm/core';

import { User } from '../users/user.ts';

/** What a token in a mail is good for. */
export type MailTokenPurpose = 'EMAIL_VERIFICATION' | 'PASSWORD_RESET';

const MailTokenSchema = defineEntity({
  name: 'MailToken',
  tableName: 'mail_token',
  properties: {
    user: () => p.manyToOne(User).primary().deleteRule('cascade').index(false),
    purpose: p.string().length(32).$type<MailTokenPurpose>().primary(),
    /** SHA-256 of the token, base64url. The token itself is in the mail alone. */
    tokenHash: p.string().length(43).hidden().unique('mail_token_token_hash_unique'),
    /** Where it was sent to. It is worth nothing once the user has another address. */
    email: p.string().length(254).hidden(),
    /** SHA-256 of the password's hash, base64url: a changed password ends it. Null where no password matters. */
    passwordDigest: p.string().length(43).hidden().nullable(),
    expiresAt: p.datetime(3).index('mail_token_expires_at_index'),
  },
});

/** A token that was sent by mail: one for each user and purpose, so that a new one takes the place of the last. */
export class MailToken extends MailTokenSchema.class {}

MailTokenSchema.setClass(MailToken);
