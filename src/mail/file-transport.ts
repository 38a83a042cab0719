/**
 * Mails as files, for a machine where somebody tries Jotter: a text to read, and the page that a mail program
 * would show. The log tells where they are, and what to open. Never in production: whoever reads the file or the
 * line has what was meant for the recipient.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

import type { Logger } from 'pino';

import type { Clock } from '../clock.ts';
import { MailError } from './mail-error.ts';
import type { MailTransport, RenderedMail } from './mail-transport.ts';

export interface FileTransportOptions {
  /** It is made when it is not there. */
  readonly folder: string;
  /** The sender. */
  readonly from: string;
  readonly clock: Clock;
  readonly log: Logger;
}

export function createFileTransport({
  folder,
  from,
  clock,
  log,
}: FileTransportOptions): MailTransport {
  let count = 0;

  return {
    send: async (mail) => {
      count += 1;
      const date = clock();
      const name = `${date.toISOString().replace(/[:.]/gu, '-')}-${process.pid}-${count}`;
      const file = join(folder, `${name}.txt`);
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await writeFile(file, textOf(mail, from, date), { mode: 0o600, flag: 'wx' });
        await writeFile(join(folder, `${name}.html`), mail.html, { mode: 0o600, flag: 'wx' });
      } catch (error) {
        throw error instanceof Error && 'code' in error
          ? new MailError(String(error.code), false)
          : error;
      }
      const toOpen = mail.link === null ? '' : ` Open ${mail.link}`;
      log.info(
        { event: 'mail_kept', file },
        `A mail, "${mail.subject}", is kept in ${relative('', file)}.${toOpen}`,
      );
    },
    close: () => {},
  };
}

function textOf({ to, subject, text }: RenderedMail, from: string, date: Date): string {
  return `From: ${from}\nTo: ${to}\nDate: ${date.toUTCString()}\nSubject: ${subject}\n\n${text}`;
}
