import { Command } from 'commander';

import { User } from '../users/user.ts';
import { example } from './example.ts';
import { besideServer } from './operator-database.ts';
import { jsonOption, printList, timeText, type Column, type PrintOptions } from './print.ts';

type Line = Pick<User, 'createdAt' | 'disabledAt' | 'displayName' | 'id' | 'username'>;

const columns: readonly Column<Line>[] = [
  ['user name', ({ username }) => username],
  ['state', ({ disabledAt }) => (disabledAt ? 'disabled' : 'active')],
  ['created (UTC)', ({ createdAt }) => timeText(createdAt)],
  ['display name', ({ displayName }) => displayName ?? ''],
];

export function userListCommand(): Command {
  return new Command('list')
    .description('lists the accounts')
    .option('--search <text>', 'those with this in the user name or the display name')
    .addOption(jsonOption())
    .addHelpText('after', example('npx jotter user list --search love'))
    .action(list);
}

async function list({ search, json }: PrintOptions & { search?: string }): Promise<void> {
  await besideServer(async ({ em }) => {
    const users = await em.findAll(User, { orderBy: { usernameKey: 'asc' } });
    // Not in SQL: SQLite knows the cases of ASCII letters only.
    const found = users.filter((user) => search === undefined || isFound(user, search));

    printList(found.map(lineOf), columns, 'There are no such users.', { json });
  });
}

function isFound({ username, displayName }: User, search: string): boolean {
  return [username, displayName ?? ''].some((name) =>
    name.toLowerCase().includes(search.toLowerCase()),
  );
}

function lineOf({ id, username, displayName, createdAt, disabledAt }: User): Line {
  return { id, username, displayName, createdAt, disabledAt };
}
