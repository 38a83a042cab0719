import type { Plugin } from 'graphql-yoga';

import type { Context } from '../context.ts';
import { openSession } from './open-session.ts';
import type { RequestSession, SessionScope } from './request-session.ts';

/**
 * Flask's session interface as a Yoga plugin: opens the session when the context is built, which is after
 * the document was found good, and saves it when the operation has run.
 */
export function useSession(
  options: Pick<SessionScope, 'cookie' | 'lifetimes'>,
): Plugin<Context & { session?: RequestSession }> {
  return {
    async onContextBuilding({ context, extendContext }) {
      const { exchange, em, clock, log } = context;
      const session = await openSession({ ...options, exchange, em, clock }, (reason) => {
        log.info({ event: 'session_cookie_refused', reason }, 'The session cookie was not taken');
      });
      extendContext({ session });
    },
    onExecute: ({ args: { contextValue } }) => ({
      onExecuteDone: () => contextValue.session?.save(),
    }),
  };
}
