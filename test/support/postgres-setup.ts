import type { TestProject } from 'vitest/node';

import { migratedAt } from './database.ts';
import { startPostgres } from './postgres.ts';

/** Starts PostgreSQL and migrates once, so that each test gets its database by copying a template. */
export default async function setUp({ provide }: TestProject): Promise<() => Promise<void>> {
  const postgres = await startPostgres(['max_connections=400', 'shared_buffers=64MB']);
  await postgres.run('create database template_jotter');
  const template = postgres.urlOf('template_jotter');
  await migratedAt(template);
  provide('template', template);

  return async () => postgres[Symbol.asyncDispose]();
}
