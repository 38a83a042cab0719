import { LockMode } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sqlite';

import type { AuthenticatedContext } from '../context.ts';
import { refusalOfAnonymous } from '../graphql/scopes.ts';
import { Session } from '../session/session.ts';
import { User } from '../users/user.ts';

/**
 * The session, looked up again for what would outlive it. A reset changes the row of the user first, and ends the
 * sessions in the same transaction: with that row locked, either it comes later, and undoes what is written here,
 * or the session is gone.
 *
 * @param tx of the transaction that writes it
 * @throws {GraphQLError} SESSION_ENDED
 */
export async function makeSureOfLogin(
  { currentUser: { id }, session: { row } }: AuthenticatedContext,
  tx: SqlEntityManager,
): Promise<void> {
  const lockMode = LockMode.PESSIMISTIC_WRITE;
  await tx.findOne(User, { id }, { lockMode, fields: ['id'], disableIdentityMap: true });
  if ((await tx.count(Session, { id: row?.id ?? null, user: id })) === 0) {
    throw refusalOfAnonymous('SESSION_ENDED');
  }
}
