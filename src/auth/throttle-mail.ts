/** How often a mail may be asked for: a server of mails must not be made to fill somebody's mailbox. */
import { rateLimited } from '../graphql/errors.ts';
import type { CurrentUser } from '../users/user.ts';
import { digestOf, networkOfClient, pour, type Allowance } from './buckets.ts';
import type { ThrottleScope } from './throttle.ts';

const perMailbox: Allowance = { burst: 3, interval: 10 * 60_000 };
const perSender: Allowance = { burst: 5, interval: 10 * 60_000 };
const perNetwork: Allowance = { burst: 20, interval: 60_000 };

/**
 * Counts a mail that somebody asks for.
 *
 * @param sender who is logged in; nobody if nothing is said
 * @throws {GraphQLError} RATE_LIMITED, whoever has the address
 */
export async function throttleMail(
  scope: ThrottleScope,
  address: string,
  sender: Pick<CurrentUser, 'id'> | null = null,
): Promise<void> {
  const network = networkOfClient(scope);
  const wait = Math.max(
    await pour(scope, `mail:${digestOf(address)}`, perMailbox),
    sender ? await pour(scope, `mail-sender:${sender.id}`, perSender) : 0,
    network === null ? 0 : await pour(scope, `mail-network:${network}`, perNetwork),
  );
  if (wait > 0) {
    await scope.events.record({ type: 'MAIL_THROTTLED', user: sender });
    throw rateLimited(Math.ceil(wait / 1000));
  }
}
