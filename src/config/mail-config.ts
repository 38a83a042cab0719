import { join } from 'node:path';

import type { z } from 'zod';

import type { MailSettings } from '../mail/mail-settings.ts';
import type { settings } from './settings.ts';

/**
 * Outside production, a mail that no server sends is kept where whoever tries Jotter finds it.
 *
 * @param folder where the data is
 */
export function mailConfig(values: z.output<typeof settings>, folder: string): MailSettings {
  const isKept = values.NODE_ENV !== 'production' && values.SMTP_URL === null;

  return {
    smtpUrl: values.SMTP_URL,
    folder: isKept ? join(folder, 'mail') : null,
    from: values.MAIL_FROM || `${values.PRODUCT_NAME} <jotter@localhost>`,
    productName: values.PRODUCT_NAME,
    passwordResetUrl: values.PASSWORD_RESET_URL,
    emailVerificationUrl: values.EMAIL_VERIFICATION_URL,
  };
}
