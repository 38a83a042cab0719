/** Mails that tell people what has happened to their accounts, so that they can act if it was not them. */
import type { EntityManager } from '@mikro-orm/core';

import type { Context } from '../context.ts';
import { deviceOf } from '../session/device.ts';
import type { CurrentUser } from '../users/user.ts';
import type { NoticeKind } from './mail-kinds.ts';

/** A browser tells what it likes about itself. */
const MAX_DEVICE_LENGTH = 60;

export interface NoticeScope extends Pick<Context, 'clock' | 'outbox'> {
  readonly exchange: Pick<Context['exchange'], 'address' | 'headers'>;
}

/**
 * Puts a notice into the outbox, if there is a confirmed address.
 *
 * @param em it is written when this is flushed, together with what it tells of
 */
export function putNotice(
  { clock, outbox, exchange }: NoticeScope,
  em: EntityManager,
  user: CurrentUser,
  kind: NoticeKind,
): void {
  if (user.email == null) {
    return;
  }
  const device = deviceOf(exchange.headers['user-agent'])?.slice(0, MAX_DEVICE_LENGTH) ?? null;
  outbox.put(em, {
    kind,
    recipient: user.email,
    userId: user.id,
    data: {
      username: user.username,
      time: clock().toISOString(),
      device,
      ipAddress: exchange.address,
    },
  });
}
