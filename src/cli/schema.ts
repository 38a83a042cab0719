import { writeFile } from 'node:fs/promises';

import { Command } from 'commander';

import { printSchema } from '../graphql/print-schema.ts';
import { schema } from '../schema.ts';

/** Keeps `schema.graphql` current. A test compares the two. */
export function schemaCommand(): Command {
  return new Command('schema')
    .description('writes the GraphQL schema to a file')
    .argument('[file]', 'where to', 'schema.graphql')
    .action(async (file: string) => writeFile(file, printSchema(schema)));
}
