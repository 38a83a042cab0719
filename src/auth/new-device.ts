import type { SqlEntityManager } from '@mikro-orm/sqlite';

import type { Context } from '../context.ts';
import { networkOf } from '../http/client-address.ts';
import { browserFamilyOf } from '../session/device.ts';
import type { CurrentUser } from '../users/user.ts';
import { putNotice } from './notices.ts';
import { SecurityEvent } from './security-event.ts';

/** How many logins are remembered. */
const LOGINS = 100;

/**
 * Puts a notice into the outbox if the user has not logged in with this kind of browser before, or not from this
 * network.
 *
 * @param tx of the transaction that stores the session
 */
export async function noticeNewDevice(
  context: Context,
  tx: SqlEntityManager,
  user: CurrentUser,
): Promise<void> {
  const { exchange, outbox } = context;
  if (user.email == null || !outbox.isOpen) {
    return;
  }
  const where = { user: user.id, type: { $in: ['LOGIN_SUCCEEDED', 'REGISTERED'] as const } };
  const options = { orderBy: { id: 'desc' }, limit: LOGINS, disableIdentityMap: true } as const;
  const logins = await tx.findAll(SecurityEvent, { where, ...options });
  const families = new Set(logins.map(({ userAgent }) => browserFamilyOf(userAgent)));
  const networks = new Set(logins.map(({ ipAddress }) => networkOrNull(ipAddress)));

  const isFamiliar =
    families.has(browserFamilyOf(exchange.headers['user-agent'])) &&
    networks.has(networkOrNull(exchange.address));
  if (!isFamiliar) {
    putNotice(context, tx, user, 'NEW_DEVICE');
  }
}

function networkOrNull(address: string | null | undefined): string | null {
  return address == null ? null : networkOf(address);
}
