import { UserError } from '../graphql/errors.ts';
import type { Note } from './note.ts';

/** The note was changed since the client read it. */
export class ConflictError extends UserError {
  /** The note as it is now. */
  readonly current: Note;

  constructor(current: Note) {
    super('CONFLICT', 'The note was changed since you read it.');
    this.current = current;
  }
}
