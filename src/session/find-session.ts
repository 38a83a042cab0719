import type { SqlEntityManager } from '@mikro-orm/sqlite';

import { readRows } from '../database/read-rows.ts';
import { User } from '../users/user.ts';
import { Session } from './session.ts';

/** What marks the columns of the user in a row of the two. */
const USER = 'user__';

const STATEMENT = `
  select session.*,
    "user".id as user__id, "user".username as user__username,
    "user".username_key as user__username_key, "user".display_name as user__display_name,
    "user".created_at as user__created_at, "user".disabled_at as user__disabled_at
  from session left join "user" on "user".id = session.user_id
  where session.id = ?`;

/**
 * The session and its user, in one query. Every request begins with it, so it is a bound statement, which is
 * prepared once; MikroORM's own `findOne` costs several times as much.
 */
export async function findSession(em: SqlEntityManager, id: string): Promise<Session | null> {
  const [row] = await readRows<Record<string, unknown>>({ em }, STATEMENT, [id]);
  if (!row) {
    return null;
  }

  const session: Record<string, unknown> = {};
  const user: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(row)) {
    if (name.startsWith(USER)) {
      user[name.slice(USER.length)] = value;
    } else {
      session[name] = value;
    }
  }
  if (user['id'] !== null) {
    em.map(User, user);
  }

  return em.map(Session, session);
}
