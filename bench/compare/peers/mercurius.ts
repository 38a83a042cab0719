/** Fastify and Mercurius with graphql-jit, as its documentation shows it. */
import Fastify from 'fastify';
import mercurius from 'mercurius';

import { resolvers, typeDefs } from './schema.ts';
import { findViewer } from './store.ts';

const app = Fastify();
app.register(mercurius as any, {
  schema: typeDefs,
  resolvers,
  // Compiles an operation when it comes for the second time.
  jit: 1,
  context: (request: any, reply: any) => ({
    viewer: findViewer(request.headers.cookie),
    setCookie: (cookie: string) => reply.header('set-cookie', cookie),
  }),
});
await app.listen({ port: Number(process.env['PORT']), host: '127.0.0.1' });
