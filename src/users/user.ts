import { defineEntity, p } from '@mikro-orm/core';
import { v7 as uuidv7 } from 'uuid';

import type { Moment } from '../database/moment.ts';

const UserSchema = defineEntity({
  name: 'User',
  tableName: 'user',
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => uuidv7()),
    /** As its owner wrote it. */
    username: p.string().length(32),
    /** The lower-case form, by which user names are unique and found. */
    usernameKey: p.string().length(32).unique(),
    displayName: p.string().length(50).nullable(),
    /** An argon2id hash in PHC format. Read only where a password is checked. */
    passwordHash: p.string().length(255).hidden().lazy(),
    /** The confirmed address, as its owner wrote it; null when there is none. */
    email: p.string().length(254).hidden().nullable(),
    /** The form by which confirmed addresses are unique and found. */
    emailKey: p.string().length(254).hidden().nullable().unique(),
    /** An address that nobody has confirmed: it is good for nothing else. Several users may have the same one. */
    pendingEmail: p.string().length(254).hidden().nullable(),
    createdAt: p.datetime(3),
    /** Null while the account may be used. */
    disabledAt: p.datetime(3).nullable(),
  },
});

/** What everybody may know of a user, as it is read for an answer. */
export interface UserRow {
  readonly id: string;
  readonly username: string;
  readonly displayName?: string | null | undefined;
  readonly createdAt: Moment;
}

/** A person with an account. */
export class User extends UserSchema.class {}

UserSchema.setClass(User);

/** A person as a request knows them: to be read alone. Whoever changes an account writes to its row. */
export type CurrentUser = Readonly<Omit<User, 'passwordHash'>>;

/** What a request knows of a user who was read to check a password. */
export function currentUserOf({ passwordHash: _hash, ...known }: User): CurrentUser {
  return known;
}

export function isDisabled({ disabledAt }: Pick<User, 'disabledAt'>): boolean {
  return disabledAt != null;
}

/** The form by which a user name is unique: `Alice` and `alice` are one name. */
export function usernameKey(username: string): string {
  return username.toLowerCase();
}
