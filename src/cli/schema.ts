import { writeFile } from 'node:fs/promises';

import { Command } from 'commander';

import { printSchema } from '../graphql/print-schema.ts';
import { example } from './example.ts';

/** Keeps `schema.graphql` current. A test compares the two. */
export function schemaCommand(): Command {
  return new Command('schema')
    .description('writes the GraphQL schema to a file')
    .argument('[file]', 'where to', 'schema.graphql')
    .addHelpText('after', example('npx jotter schema'))
    .action(async (file: string) => {
      // Loaded here alone: the other commands start in half the time without it.
      const { schema } = await import('../schema.ts');
      await writeFile(file, printSchema(schema));
    });
}
