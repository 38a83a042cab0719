import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { TestProject } from 'vitest/node';

import { openDatabase } from '../../src/database/open-database.ts';
import { entities } from '../../src/entities.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A migrated database file, to be copied. */
    templateDatabase: string;
  }
}

/** Migrates once, so that each test gets its database by copying a file. */
export default async function setUp({ provide }: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'jotter-template-'));
  const path = join(folder, 'template.db');

  const orm = await openDatabase({ databaseUrl: `sqlite:${path}`, entities });
  await orm.migrator.up();
  await orm.close();
  provide('templateDatabase', path);

  return async () => rm(folder, { recursive: true });
}
