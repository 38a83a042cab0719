import { LockMode } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sqlite';

import type { AuthenticatedContext } from '../context.ts';
import { refusalOfAnonymous } from '../graphql/scopes.ts';
import { User } from '../users/user.ts';

/**
 * The session, looked up again for what would outlive it, or cannot be undone. A reset changes the row of the user first, and ends the
 * sessions in the same transaction: with that row locked, either it comes later, and undoes what is written here,
 * or the session is gone. So does whoever changes the password, and replaces the token.
 *
 * @param tx of the transaction that writes it
 * @throws {GraphQLError} SESSION_ENDED
 */
export async function makeSureOfLogin(
  { currentUser: { id }, session }: AuthenticatedContext,
  tx: SqlEntityManager,
): Promise<void> {
  const lockMode = LockMode.PESSIMISTIC_WRITE;
  await tx.findOne(User, { id }, { lockMode, fields: ['id'], disableIdentityMap: true });
  if (!(await session.isCurrent(tx))) {
    throw refusalOfAnonymous('SESSION_ENDED');
  }
}
