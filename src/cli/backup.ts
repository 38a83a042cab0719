/** Copies of the database, and the way back. */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

import { Command } from 'commander';

import { systemClock } from '../clock.ts';
import { backUp, restoreBackup } from '../database/backup.ts';
import { databaseFile } from '../database/database-url.ts';
import { lockForServer } from '../database/server-lock.ts';
import { OperatorError } from '../operator-error.ts';
import { commandConfig } from './command-config.ts';
import { example } from './example.ts';

export function backupCommand(): Command {
  return new Command('backup')
    .description('copies the database into a new file; also while the server is running')
    .argument('<file>', 'where to; nothing may be there yet')
    .addHelpText('after', example('npx jotter backup jotter-monday.db'))
    .action(async (file: string) => {
      const path = databasePath();
      if (!existsSync(path)) {
        throw new OperatorError(`There is no database at ${path} yet. Nothing was written.`);
      }
      const size = await backUp(path, file);

      console.log(`${file} has everything that was in ${path}: ${size} bytes, checked.`);
    });
}

export function restoreCommand(): Command {
  return new Command('restore')
    .description('puts a copy in the place of the database; not while the server is running')
    .argument('<file>', 'what `backup` has written')
    .addHelpText('after', example('npx jotter restore jotter-monday.db'))
    .action(async (file: string) => {
      const path = databasePath();
      if (!existsSync(file)) {
        throw new OperatorError(`There is no file at ${file}. Nothing was changed.`);
      }
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      const unlock = lockForServer(path);
      try {
        const replaced = await restoreBackup(file, path, systemClock());

        console.log(`${path} is now what ${file} was. ${whatBecameOf(replaced)}`);
      } finally {
        unlock();
      }
    });
}

/** Sessions and tokens come back as well: somebody may have ended one of them for a reason. */
function whatBecameOf(replaced: string | null): string {
  const old = replaced === null ? '' : `What was there is kept in ${replaced}. `;

  return `${old}Sessions that have ended since the backup are alive again: npx jotter session end <user> --all`;
}

function databasePath(): string {
  const path = databaseFile(commandConfig().databaseUrl);
  if (path === null) {
    throw new OperatorError(
      'Only a SQLite file is copied by this command. For PostgreSQL use pg_dump and pg_restore.',
    );
  }

  return path;
}
