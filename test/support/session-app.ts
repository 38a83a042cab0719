/** An application of somebody who builds on the session alone: its one field does what the test says. */
import { GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';

import type { Context } from '../../src/context.ts';
import { createTestApp, type TestApp } from './app.ts';
import type { GraphQLAnswer, TestClient } from './client.ts';

declare module '../../src/session/session-data.ts' {
  interface SessionData {
    colour: string;
    size: number;
    /** Whatever somebody tries to keep. */
    thing: unknown;
  }
}

type Job = (context: Context) => unknown;

export interface SessionApp extends TestApp {
  /** Runs a job inside of a request of the client. What it returns is the answer's `data.run`, as JSON. */
  run(client: TestClient, job: Job): Promise<GraphQLAnswer>;
}

export async function createSessionApp(): Promise<SessionApp> {
  const jobs = new Map<string, Job>();
  const run = {
    type: GraphQLString,
    args: { job: { type: GraphQLString } },
    resolve: async (_root: unknown, { job }: { job: string }, context: Context) =>
      JSON.stringify(await jobs.get(job)?.(context)),
  };
  const schema = new GraphQLSchema({
    query: new GraphQLObjectType({ name: 'Query', fields: { run } }),
    mutation: new GraphQLObjectType({ name: 'Mutation', fields: { run } }),
  });
  const app = await createTestApp({ schema });

  return {
    ...app,
    run: async (client, job) => {
      const id = String(jobs.size);
      jobs.set(id, job);
      const answer = await client.query('mutation ($id: String!) { run(job: $id) }', { id });
      const { run: result } = answer.data ?? {};

      return { ...answer, data: typeof result === 'string' ? JSON.parse(result) : null };
    },
  };
}
