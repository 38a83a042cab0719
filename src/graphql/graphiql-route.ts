import type { Answer, Exchange } from '../http/exchange.ts';
import { createGraphiQL } from './graphiql.ts';

/** Whether a browser asks for a page, rather than a client for an operation. */
export function isPageRequest({ method, headers }: Exchange): boolean {
  return (method === 'GET' || method === 'HEAD') && (headers['accept'] ?? '').includes('text/html');
}

/** For a person who opens the bare address. */
export async function showTheWay(): Promise<Answer> {
  return { status: 302, headers: { location: '/graphql' } };
}

export function createGraphiQLRoute(): (exchange: Exchange) => Promise<Answer> {
  const graphiql = createGraphiQL();

  return async ({ headers }) =>
    graphiql.page({
      acceptEncoding: headers['accept-encoding'],
      ifNoneMatch: headers['if-none-match'],
    });
}
