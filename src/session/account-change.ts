import type { Change } from '../database/changes.ts';

/** What is listened to by whoever has to know whether somebody is still logged in. */
export function accountTopic(userId: string): string {
  return `account:${userId}`;
}

/** What is listened to by whoever shows things of anybody's. */
export const DELETED_ACCOUNTS = 'deleted accounts';

/** The account is gone, with everything that belonged to it. */
export function accountDeleted(userId: string): Change {
  return { topic: DELETED_ACCOUNTS, kind: 'account deleted', id: userId };
}

/** Something that may have ended a login of the account. What, each listener looks up. */
export function accountChange(userId: string): Change {
  return { topic: accountTopic(userId), kind: 'login', id: userId };
}
