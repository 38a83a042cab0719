import type { Plugin } from 'graphql-yoga';

import type { Context } from '../context.ts';
import type { Exchange } from '../http/exchange.ts';
import { whyNotKept } from './cookie-advice.ts';
import { openSession, reopenSession, type SessionIncident } from './open-session.ts';
import { withoutCookie } from './opened-session.ts';
import { RequestSession } from './request-session.ts';
import type { SessionScope } from './session-scope.ts';

export interface SessionPluginOptions extends Pick<SessionScope, 'cookie' | 'lifetimes'> {
  /** Whether a request may have a session: one that shows other credentials has none. */
  readonly isUsedBy: (exchange: Exchange) => boolean;
  /** Is told of what a cookie has shown. */
  readonly onIncident: (context: Context, incident: SessionIncident) => Promise<void> | void;
}

/**
 * Flask's session interface as a Yoga plugin: opens the session when the context is built, which is after
 * the document was found good, and saves it when the operation has run.
 */
export function useSession({
  isUsedBy,
  onIncident,
  ...options
}: SessionPluginOptions): Plugin<Context> {
  return {
    async onContextBuilding({ context, extendContext }) {
      const scope = { ...options, request: context };
      const opened = isUsedBy(context.exchange)
        ? await (context.isContinued
            ? reopenSession(scope)
            : openSession(scope, async (incident) => onIncident(context, incident)))
        : withoutCookie;
      extendContext({ session: new RequestSession(scope, opened) });
    },
    onExecute: ({ args: { contextValue } }) => ({
      // Nearly all operations leave their session as it is, and need not wait for anything.
      onExecuteDone: () => (isLeftAlone(contextValue) ? undefined : finish(contextValue)),
    }),
  };

  async function finish(context: Context): Promise<void> {
    const { session, exchange } = context;
    await session.save();
    const { cookie } = options;
    const isSet = session.row && exchange.answerCookies.has(cookie.name);
    const reason = isSet && cookie.isSecure ? whyNotKept(exchange.headers) : null;
    if (reason !== null) {
      await onIncident(context, { kind: 'cookie withheld', reason });
    }
  }
}

function isLeftAlone({ session, exchange }: Context): boolean {
  return !session.isChanged && exchange.answerCookies.size === 0;
}
