import { AccessToken } from './auth/access-token.ts';
import { SecurityEvent } from './auth/security-event.ts';
import { ThrottleBucket } from './auth/throttle-bucket.ts';
import { Note } from './notes/note.ts';
import { Session } from './session/session.ts';
import { User } from './users/user.ts';

/** Everything that is stored. */
export const entities = [User, Session, AccessToken, SecurityEvent, ThrottleBucket, Note];
