/** Where users are logged in. All of it works while the server is running. */
import { Command } from 'commander';

import { endSessionsOf, findAccount } from '../auth/administration.ts';
import { deviceOf } from '../session/device.ts';
import { endOf, Session, type SessionLifetimes } from '../session/session.ts';
import { aliveSessionsOf } from '../session/user-sessions.ts';
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
  ['session', ({ id }) => id],
  ['logged in (UTC)', ({ createdAt }) => timeText(createdAt)],
  ['last used', ({ lastActiveAt }) => timeText(lastActiveAt)],
  ['ends', ({ expiresAt }) => timeText(expiresAt)],
  ['remembered', ({ isRemembered }) => (isRemembered ? 'yes' : 'no')],
  ['address', ({ ipAddress }) => ipAddress ?? ''],
  ['device', ({ device }) => device ?? ''],
];

export function sessionCommand(): Command {
  const command = new Command('session').description('lists and ends the sessions of a user');

  command
    .command('list')
    .description('lists where a user is logged in, newest first')
    .argument('<username>', 'in any letter case')
    .addOption(jsonOption())
    .addHelpText('after', example('npx jotter session list ada'))
    .action(list);
  command
    .command('end')
    .description('ends one session of a user, or all of them')
    .argument('<username>', 'in any letter case')
    .argument('[session]', 'the id that `session list` shows')
    .option('--all', 'all sessions of the user')
    .addHelpText('after', example('npx jotter session end ada --all'))
    .action(end);

  return command;
}

async function list(username: string, { json }: PrintOptions): Promise<void> {
  await besideServer(async (scope) => {
    const { em, clock, config } = scope;
    const user = await findAccount(scope, username);
    const where = aliveSessionsOf(user, clock(), config.session);
    const sessions = await em.findAll(Session, { where, orderBy: { id: 'desc' } });

    printList(
      sessions.map((session) => lineOf(session, config.session)),
      columns,
      `${user.username} is logged in nowhere.`,
      { json },
    );
  });
}

function lineOf(session: Session, lifetimes: SessionLifetimes) {
  const { id, createdAt, lastActiveAt, isRemembered, ipAddress, userAgent } = session;
  const expiresAt = endOf(session, lifetimes);

  return {
    id,
    createdAt,
    lastActiveAt,
    expiresAt,
    isRemembered,
    ipAddress,
    device: deviceOf(userAgent),
  };
}

async function end(
  username: string,
  id: string | undefined,
  { all = false }: { all?: boolean },
  command: Command,
): Promise<void> {
  if ((id !== undefined) === all) {
    command.error('error: give the id of a session, or --all');
  }
  await besideServer(async (scope) => {
    const user = await findAccount(scope, username);
    const ended = await endSessionsOf(scope, user, id ?? null);

    console.log(`${countText(ended.length, 'session')} of ${user.username} ended.`);
  });
}
