import type { Context } from '../context.ts';
import type { SessionIncident } from '../session/open-session.ts';

/** What becomes of the things that a cookie shows: a line for developers, or a security event. */
export async function onSessionIncident(
  { log, events }: Context,
  incident: SessionIncident,
): Promise<void> {
  if (incident.kind === 'cookie refused') {
    const { reason } = incident;
    log.info({ event: 'session_cookie_refused', reason }, `The cookie was not taken: ${reason}`);
    return;
  }
  if (incident.kind === 'cookie withheld') {
    const { reason } = incident;
    log.debug(
      { event: 'session_cookie_withheld', reason },
      `The cookie does not return: ${reason}`,
    );
    return;
  }
  if (incident.kind === 'not written') {
    log.warn(
      { event: 'session_use_not_written', err: incident.fault },
      'The use of a session is not noted',
    );
    return;
  }
  const { user, id } = incident.session;
  const type = incident.kind === 'expired' ? 'SESSION_EXPIRED' : 'SESSION_PROTECTED';
  await events.record({ type, user: user ?? null, sessionId: id });
}
