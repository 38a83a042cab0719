import type { SqlEntityManager } from '@mikro-orm/sqlite';
import { sql } from 'kysely';

import { User } from '../users/user.ts';
import { Session } from './session.ts';

/** What marks the columns of the user in a row of the two. */
const USER = 'user__';

/**
 * The session and its user, in one query. Every request begins with it, so it is a bound statement, which is
 * prepared once; MikroORM's own `findOne` costs several times as much.
 */
export async function findSession(em: SqlEntityManager, id: string): Promise<Session | null> {
  const { rows } = await sql<Record<string, unknown>>`
    select session.*,
      "user".id as user__id, "user".username as user__username,
      "user".username_key as user__username_key, "user".display_name as user__display_name,
      "user".email as user__email, "user".email_key as user__email_key,
      "user".pending_email as user__pending_email,
      "user".created_at as user__created_at, "user".disabled_at as user__disabled_at
    from session left join "user" on "user".id = session.user_id
    where session.id = ${id}`.execute(em.getKysely());
  const columns = Object.entries(rows[0] ?? {});
  if (columns.length === 0) {
    return null;
  }

  const ofUser = columns.filter(([name]) => name.startsWith(USER));
  const user = Object.fromEntries(ofUser.map(([name, value]) => [name.slice(USER.length), value]));
  if (user['id'] !== null) {
    em.map(User, user);
  }

  return em.map(Session, Object.fromEntries(columns.filter(([name]) => !name.startsWith(USER))));
}
