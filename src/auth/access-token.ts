import { defineEntity, p } from '@mikro-orm/core';
import { v7 as uuidv7 } from 'uuid';

import { User } from '../users/user.ts';

/** What a token may do: `WRITE` includes `READ`. */
export type AccessTokenScope = 'READ' | 'WRITE';

const AccessTokenSchema = defineEntity({
  name: 'AccessToken',
  tableName: 'access_token',
  indexes: [{ name: 'access_token_user_id_id_index', properties: ['user', 'id'] }],
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => uuidv7()),
    user: () => p.manyToOne(User).deleteRule('cascade').index(false),
    /** Its owner's word for it. */
    name: p.string().length(100),
    scope: p.string().length(5).$type<AccessTokenScope>(),
    /** SHA-256 of the token, base64url. The token itself is stored nowhere. */
    tokenHash: p.string().length(43).hidden().unique('access_token_token_hash_unique'),
    createdAt: p.datetime(3),
    /** Null for a token that does not expire. */
    expiresAt: p.datetime(3).nullable(),
    /** To the minute; null for a token that was never used. */
    lastUsedAt: p.datetime(3).nullable(),
  },
});

/** A personal access token: a program's way to act for a person. */
export class AccessToken extends AccessTokenSchema.class {
  isExpired(now: Date): boolean {
    return this.expiresAt != null && now >= this.expiresAt;
  }
}

AccessTokenSchema.setClass(AccessToken);
