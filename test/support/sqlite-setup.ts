import { join } from 'node:path';

import type { TestProject } from 'vitest/node';

import { migratedAt } from './database.ts';
import { createFolder } from './folder.ts';

/** Migrates once, so that each test gets its database by copying a file. */
export default async function setUp({ provide }: TestProject): Promise<() => Promise<void>> {
  const folder = await createFolder();
  const template = `sqlite:${join(folder.path, 'template.db')}`;
  await migratedAt(template);
  provide('template', template);

  return async () => folder[Symbol.asyncDispose]();
}
