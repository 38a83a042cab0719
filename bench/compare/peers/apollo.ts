/** Apollo Server with Express, as its documentation shows it. */
import { ApolloServer } from '@apollo/server';
import { expressMiddleware } from '@as-integrations/express5';
import express from 'express';

import { resolvers, typeDefs, type Context } from './schema.ts';
import { findViewer } from './store.ts';

const server = new ApolloServer<Context>({ typeDefs, resolvers });
await server.start();

const app = express();
app.use(
  '/graphql',
  express.json(),
  expressMiddleware(server, {
    context: async ({ req, res }) => ({
      viewer: findViewer(req.headers.cookie),
      setCookie: (cookie) => res.setHeader('set-cookie', cookie),
    }),
  }),
);
app.listen(Number(process.env['PORT']), '127.0.0.1');
