/** The part of the table of settings that is about mail. */
import type { z } from 'zod';

import { linkTemplate, mailbox, productName, smtpUrl } from './mail-parsers.ts';
import type { SettingAbout } from './setting-about.ts';

/** @param about where the settings are described */
export function mailSettings(about: z.core.$ZodRegistry<SettingAbout>) {
  return {
    SMTP_URL: smtpUrl().register(about, {
      default: '',
      description:
        'the server that sends mail, `smtp://user:password@host:587` with STARTTLS, or `smtps://` with TLS from the ' +
        'start; `?tls=none` for neither, on a network that is yours alone. Without it development keeps mails as ' +
        'files in `mail` beside the database, and production sends none',
      example: 'smtp://jotter:password@smtp.example.com:587',
    }),
    MAIL_FROM: mailbox().register(about, {
      default: '',
      description: 'the sender of mails; required by `SMTP_URL`',
      example: 'Jotter <jotter@example.com>',
    }),
    PRODUCT_NAME: productName().register(about, {
      default: 'Jotter',
      description: 'what mails and their pages call the server, up to 50 characters',
      example: 'Our notes',
    }),
    PASSWORD_RESET_URL: linkTemplate().register(about, {
      default: '',
      description:
        "the client's page for a new password, with `{token}` where its link has the token; a page of the server by default",
      example: 'https://app.example.com/reset#{token}',
    }),
    EMAIL_VERIFICATION_URL: linkTemplate().register(about, {
      default: '',
      description: 'the same for confirming an address',
      example: 'https://app.example.com/confirm#{token}',
    }),
  };
}
