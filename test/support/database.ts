import { join } from 'node:path';

import type { MikroORM } from '@mikro-orm/core';

import { openDatabase } from '../../src/database/open-database.ts';
import { entities } from '../../src/entities.ts';
import { createFolder } from './folder.ts';

export interface TestDatabase extends AsyncDisposable {
  readonly path: string;
  readonly orm: MikroORM;
  /** Closes it, and opens the same file again. */
  reopen(): Promise<MikroORM>;
}

/** A file of one's own, without a table in it. */
export async function createDatabase(): Promise<TestDatabase> {
  const folder = await createFolder();
  const path = join(folder.path, 'jotter.db');
  const databaseUrl = `sqlite:${path}`;
  let orm = await openDatabase({ databaseUrl, entities });

  return {
    path,
    get orm() {
      return orm;
    },
    reopen: async () => {
      await orm.close();
      orm = await openDatabase({ databaseUrl, entities });

      return orm;
    },
    [Symbol.asyncDispose]: async () => {
      await orm.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}
