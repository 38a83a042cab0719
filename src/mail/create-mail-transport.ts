import type { Logger } from 'pino';

import type { Clock } from '../clock.ts';
import { createFileTransport } from './file-transport.ts';
import type { MailSettings } from './mail-settings.ts';
import type { MailTransport } from './mail-transport.ts';

/** Who carries mails, as the settings say; null for nobody. */
export async function createMailTransport(
  { smtpUrl, folder, from }: MailSettings,
  { clock, log }: { clock: Clock; log: Logger },
): Promise<MailTransport | null> {
  if (smtpUrl) {
    // Its library is large, and a server that sends no mails does not need it.
    const { createSmtpTransport } = await import('./smtp-transport.ts');

    return createSmtpTransport({ url: smtpUrl, from });
  }

  return folder === null ? null : createFileTransport({ folder, from, clock, log });
}
