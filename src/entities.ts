import { Note } from './notes/note.ts';
import { Session } from './session/session.ts';
import { User } from './users/user.ts';

/** Everything that is stored. */
export const entities = [User, Session, Note];
