/** Whether mails go out. None is sent for it. */
import type { Config } from '../../config.ts';
import { MailError } from '../../mail/mail-error.ts';
import { createSmtpTransport } from '../../mail/smtp-transport.ts';
import { fail, ok, warn, type Finding } from './finding.ts';

export async function checkMail({ mail, isProduction }: Config): Promise<Finding> {
  const { smtpUrl, folder, from } = mail;
  if (smtpUrl) {
    const { host } = smtpUrl;
    try {
      await createSmtpTransport({ url: smtpUrl, from }).verify();

      return ok('mail', `${host} takes mails.`);
    } catch (error) {
      if (!(error instanceof MailError)) throw error;
      const advice = 'Check SMTP_URL; mails wait meanwhile: npx jotter mail list';

      return fail('mail', `${host} does not take mails (${error.code}).`, advice);
    }
  }

  return isProduction
    ? warn(
        'mail',
        'None is sent: nobody gets a new password by mail.',
        'Set SMTP_URL and MAIL_FROM.',
      )
    : ok('mail', `Mails are kept in ${folder}.`);
}
