import type { Logger } from 'pino';

import type { Clock } from '../clock.ts';
import { createFileTransport } from './file-transport.ts';
import type { MailSettings } from './mail-settings.ts';
import type { MailTransport } from './mail-transport.ts';
import { createSmtpTransport } from './smtp-transport.ts';

/** Who carries mails, as the settings say; null for nobody. */
export function createMailTransport(
  { smtpUrl, folder, from }: MailSettings,
  { clock, log }: { clock: Clock; log: Logger },
): MailTransport | null {
  if (smtpUrl) {
    return createSmtpTransport({ url: smtpUrl, from });
  }

  return folder === null ? null : createFileTransport({ folder, from, clock, log });
}
