/**
 * Something that the person who runs the server can mend. It is told in plain words, without a stack, and
 * the process ends with status 1.
 */
export class OperatorError extends Error {
  override readonly name: string = 'OperatorError';
}

/** What to print of an error that ended the process. */
export function explain(error: unknown): unknown {
  return error instanceof OperatorError ? error.message : error;
}
