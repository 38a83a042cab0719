/** The outbox, as operators see to it. All of it works while the server is running, which does the sending. */
import { Command } from 'commander';
import { validate as isUuid } from 'uuid';

import { listOutbox, retryFailed } from '../mail/operator-outbox.ts';
import type { OutboxMail } from '../mail/outbox-mail.ts';
import { OperatorError } from '../operator-error.ts';
import { example } from './example.ts';
import { besideServer } from './operator-database.ts';
import {
  countText,
  jsonOption,
  printList,
  timeText,
  type Column,
  type PrintOptions,
} from './print.ts';

type Line = ReturnType<typeof lineOf>;

const columns: readonly Column<Line>[] = [
  ['mail', ({ id }) => id],
  ['state', ({ state }) => state],
  ['asked for (UTC)', ({ createdAt }) => timeText(createdAt)],
  ['next try', ({ nextTryAt }) => (nextTryAt ? timeText(nextTryAt) : '')],
  ['tries', ({ attempts }) => String(attempts)],
  ['kind', ({ kind }) => kind],
  ['reason', ({ lastError }) => lastError ?? ''],
  ['to', ({ recipient }) => recipient],
];

export function mailCommand(): Command {
  const command = new Command('mail').description(
    'lists mails that are not sent yet, and sends them again',
  );

  command
    .command('list')
    .description('lists the mails that wait, and those that were given up, oldest first')
    .addOption(jsonOption())
    .addHelpText('after', example('npx jotter mail list'))
    .action(list);
  command
    .command('retry')
    .description('has a mail sent that was given up, or all of them')
    .argument('[mail]', 'the id that `mail list` shows')
    .option('--all', 'all mails that were given up')
    .addHelpText('after', example('npx jotter mail retry --all'))
    .action(retry);

  return command;
}

async function list({ json }: PrintOptions): Promise<void> {
  await besideServer(async ({ em }) => {
    const mails = await listOutbox(em);

    printList(mails.map(lineOf), columns, 'The outbox is empty.', { json });
  });
}

function lineOf({
  id,
  kind,
  recipient,
  createdAt,
  dueAt,
  attempts,
  failedAt,
  lastError,
}: OutboxMail) {
  return {
    id,
    state: failedAt ? 'failed' : 'waiting',
    createdAt,
    nextTryAt: failedAt ? null : dueAt,
    attempts,
    kind,
    lastError: lastError ?? null,
    recipient: shortened(recipient),
  };
}

/** Enough to see which provider is in the way, and not who has an account: `a…@example.com`. */
function shortened(address: string): string {
  return `${address.slice(0, 1)}…${address.slice(address.lastIndexOf('@'))}`;
}

async function retry(
  id: string | undefined,
  { all = false }: { all?: boolean },
  command: Command,
): Promise<void> {
  if ((id !== undefined) === all) {
    command.error('error: give the id of a mail, or --all');
  }
  await besideServer(async ({ em, clock }) => {
    const isPossible = id === undefined || isUuid(id);
    const count = isPossible ? await retryFailed(em, id ?? null, clock()) : 0;
    if (count === 0 && id !== undefined) {
      throw new OperatorError(
        'No such mail was given up. To see those that were: npx jotter mail list',
      );
    }

    console.log(`${countText(count, 'mail')} will be sent again by the running server.`);
  });
}
