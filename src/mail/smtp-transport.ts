/**
 * Mails by SMTP. The connection is encrypted, or nothing is sent: not to a server that does not offer STARTTLS,
 * and not to one whose certificate is not good, unless the URL says so.
 */
import type { ConnectionOptions } from 'node:tls';

import { createTransport } from 'nodemailer';

import { MailError } from './mail-error.ts';
import type { MailTransport } from './mail-transport.ts';

/** In milliseconds: for the connection and the greeting, for a silence, and for a mail in all. */
export interface SmtpTimeouts {
  readonly connection: number;
  readonly silence: number;
  readonly mail: number;
}

const defaultTimeouts: SmtpTimeouts = { connection: 10_000, silence: 20_000, mail: 60_000 };

export interface SmtpOptions {
  /** `smtp://` or `smtps://`, as in the settings. */
  readonly url: URL;
  /** The sender. */
  readonly from: string;
  /** What to trust; what Node trusts, if nothing is said. */
  readonly tls?: ConnectionOptions;
  readonly timeouts?: SmtpTimeouts;
}

export interface SmtpTransport extends MailTransport {
  /** @throws {MailError} when the server does not let us in */
  verify(): Promise<void>;
}

export function createSmtpTransport(options: SmtpOptions): SmtpTransport {
  const { from, timeouts = defaultTimeouts } = options;
  const transport = createTransport(connectionOf(options, timeouts));
  const closing = new AbortController();

  return {
    send: async ({ to, subject, text, html }) =>
      explained(async () =>
        transport.sendMail({
          from,
          // As an object it is not parsed: an address is one recipient, whatever is in it.
          to: { name: '', address: to },
          subject,
          text,
          html,
          // Nobody is to answer that they are on holiday (RFC 3834).
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
          disableFileAccess: true,
          disableUrlAccess: true,
          signal: AbortSignal.any([closing.signal, AbortSignal.timeout(timeouts.mail)]),
        }),
      ),
    verify: async () => explained(async () => transport.verify()),
    close: () => closing.abort(),
  };
}

function connectionOf({ url, tls }: SmtpOptions, timeouts: SmtpTimeouts) {
  const isPlain = url.searchParams.get('tls') === 'none';
  const secure = url.protocol === 'smtps:';
  const port = Number(url.port) || (secure ? 465 : 587);

  return {
    host: url.hostname.replace(/^\[|\]$/gu, ''),
    port,
    secure,
    requireTLS: !secure && !isPlain,
    ignoreTLS: isPlain,
    ...(url.username !== '' && {
      auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
    }),
    ...(tls && { tls }),
    connectionTimeout: timeouts.connection,
    greetingTimeout: timeouts.connection,
    dnsTimeout: timeouts.connection,
    socketTimeout: timeouts.silence,
  };
}

/** Servers repeat addresses in what they say: only codes are passed on. */
async function explained(run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    throw mailError(error);
  }
}

/** A login that fails is no fault of the mail: it is tried again, once somebody has mended the settings. */
function mailError(error: unknown): MailError {
  const name = error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN';
  const reply =
    error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : null;
  const isAboutMail = name === 'EENVELOPE' || name === 'EMESSAGE';
  const isFinal = isAboutMail && reply !== null && reply >= 500 && reply !== 503;

  return new MailError(reply === null ? name : `${name} ${reply}`, isFinal);
}
