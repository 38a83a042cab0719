/**
 * Sends what is in the outbox, in the background of the server.
 *
 * A row is claimed by a conditional update: its attempt is counted, and it is not due for a while. So one process
 * sends it at a time, and if that process dies, another one sends it later: at least once. What does not go out
 * is tried again, after longer and longer pauses, and given up in the end; it stays then, for an operator to see.
 */
import type { Logger } from 'pino';

import type { Clock } from '../clock.ts';
import type { Orm } from '../database/orm-options.ts';
import { MailError } from './mail-error.ts';
import type { MailTransport, RenderedMail } from './mail-transport.ts';
import { OutboxMail } from './outbox-mail.ts';

/** How long, in milliseconds, a claim holds: longer than any transport takes. */
const LEASE = 3 * 60 * 1000;

/** How long, in milliseconds, after the first failure, and at most after the later ones. */
const FIRST_PAUSE = 30 * 1000;
const LONGEST_PAUSE = 60 * 60 * 1000;

/** After so many attempts, about five hours, a mail is given up. */
const MAX_ATTEMPTS = 12;

/** How many are sent at once. */
const BATCH = 5;

/** How long, in milliseconds, between two looks into the outbox, and how long a mail under way may take at the end. */
const INTERVAL = 5_000;
const PATIENCE = 1_000;

export interface MailWorkerOptions {
  readonly orm: Orm;
  readonly clock: Clock;
  readonly log: Logger;
  readonly transport: MailTransport;
  /** Makes the mail as it is to be now; null when there is nothing to be sent any more. */
  readonly compose: (row: OutboxMail) => Promise<RenderedMail | null>;
  /** From 0 to 1: spreads the attempts of many mails. */
  readonly random?: () => number;
}

export interface MailWorker {
  /** Looks into the outbox, now and from time to time. @returns ends it */
  start(): () => Promise<void>;
  /** Looks into the outbox now. */
  wake(): void;
  /** Sends all that is due. */
  sendDue(): Promise<void>;
}

export function createMailWorker(options: MailWorkerOptions): MailWorker {
  const { log, transport } = options;
  let isFailing = false;
  let isStopping = false;
  let isWoken = false;
  let running: Promise<void> | null = null;

  async function run(): Promise<void> {
    isWoken = false;
    try {
      await sendAll(options, () => isStopping);
      isFailing = false;
    } catch (error) {
      // Told once, and not at every look.
      if (!isFailing) {
        log.error({ event: 'outbox_unavailable', err: error }, 'The outbox cannot be used');
      }
      isFailing = true;
    }
    running = isWoken && !isStopping ? run() : null;
    await running;
  }

  function wake(): void {
    isWoken = true;
    running ??= run();
  }

  return {
    wake,
    start: () => {
      const timer = setInterval(wake, INTERVAL).unref();
      wake();

      return async () => {
        clearInterval(timer);
        isStopping = true;
        const end = setTimeout(() => transport.close(), PATIENCE);
        await running;
        clearTimeout(end);
        transport.close();
      };
    },
    sendDue: async () => {
      wake();
      await running;
    },
  };
}

async function sendAll(options: MailWorkerOptions, isStopping: () => boolean): Promise<void> {
  const claimed = isStopping() ? [] : await claimSome(options);
  const sent = await Promise.allSettled(claimed.map(async (row) => sendClaimed(options, row)));
  const fault = sent.find((result) => result.status === 'rejected');
  if (fault) {
    throw fault.reason;
  }
  if (claimed.length > 0) {
    await sendAll(options, isStopping);
  }
}

/** Those that no other process was quicker to claim. */
async function claimSome({ orm, clock }: MailWorkerOptions): Promise<OutboxMail[]> {
  const em = orm.em.fork();
  const now = clock();
  const isDue = { failedAt: null, dueAt: { $lte: now } };
  const orderBy = { dueAt: 'asc', id: 'asc' } as const;
  const due = await em.findAll(OutboxMail, { where: isDue, orderBy, limit: BATCH });
  const dueAt = new Date(now.getTime() + LEASE);

  const claims = due.map(async ({ id, attempts }) =>
    em.nativeUpdate(OutboxMail, { id, attempts, ...isDue }, { attempts: attempts + 1, dueAt }),
  );
  const counts = await Promise.all(claims);
  const claimed = due.filter((_, index) => counts[index] === 1);
  for (const row of claimed) {
    row.attempts += 1;
  }

  return claimed;
}

async function sendClaimed(options: MailWorkerOptions, row: OutboxMail): Promise<void> {
  const { orm, log, transport, compose } = options;
  const about = { mailId: row.id, kind: row.kind, userId: row.userId, attempts: row.attempts };
  let mail: RenderedMail | null = null;
  try {
    mail = await compose(row);
    if (mail) {
      await transport.send(mail);
    }
  } catch (error) {
    await postpone(options, row, error);
    return;
  }
  // Whoever has claimed it since, because this took too long, is to see to it.
  await orm.em.fork().nativeDelete(OutboxMail, { id: row.id, attempts: row.attempts });
  if (mail) {
    log.info({ event: 'mail_sent', ...about }, 'A mail was sent');
  } else {
    log.debug({ event: 'mail_dropped', ...about }, 'There was nothing to send');
  }
}

async function postpone(
  { orm, clock, log, random = Math.random }: MailWorkerOptions,
  { id, kind, userId, attempts }: OutboxMail,
  error: unknown,
): Promise<void> {
  const code = error instanceof MailError ? error.code : 'INTERNAL_ERROR';
  const isFinal = (error instanceof MailError && error.isFinal) || attempts >= MAX_ATTEMPTS;
  const now = clock();
  const dueAt = new Date(now.getTime() + pauseAfter(attempts, random()));
  const change = isFinal ? { failedAt: now } : { dueAt };
  await orm.em
    .fork()
    .nativeUpdate(OutboxMail, { id, attempts }, { ...change, lastError: code.slice(0, 100) });

  const about = { mailId: id, kind, userId, attempts, code };
  // What an SMTP server has said is in the code; anything else is a fault of ours.
  const details = error instanceof MailError ? about : { ...about, err: error };
  if (isFinal) {
    log.error({ event: 'mail_failed', ...details }, 'A mail was given up');
  } else {
    log.warn({ event: 'mail_postponed', ...details }, 'A mail did not go out');
  }
}

/** Twice as long each time, give or take a quarter. */
function pauseAfter(attempts: number, random: number): number {
  const pause = Math.min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE);

  return Math.round(pause * (0.75 + random / 2));
}
