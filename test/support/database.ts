import { join } from 'node:path';

import { openDatabase } from '../../src/database/open-database.ts';
import type { Orm } from '../../src/database/orm-options.ts';
import { entities } from '../../src/entities.ts';
import { createFolder } from './folder.ts';

export interface TestDatabase extends AsyncDisposable {
  readonly path: string;
  readonly orm: Orm;
  /** Closes it, and opens the same file again. */
  reopen(): Promise<Orm>;
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
