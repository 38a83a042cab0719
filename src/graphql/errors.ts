/**
 * Every error that a client can meet is made here.
 *
 * A refusal stands among the top-level errors, with a stable `extensions.code`. A user error belongs to
 * the answer of a mutation and is a member of its result union. Anything else is masked.
 */
import { GraphQLError, isValueNode, responsePathAsArray, type GraphQLResolveInfo } from 'graphql';

export type RefusalCode =
  | 'ACCOUNT_DISABLED'
  | 'ANSWER_TOO_LARGE'
  | 'BAD_USER_INPUT'
  | 'DOCUMENT_TOO_LARGE'
  | 'FORBIDDEN'
  | 'GRAPHQL_PARSE_FAILED'
  | 'GRAPHQL_VALIDATION_FAILED'
  | 'INTERNAL_SERVER_ERROR'
  | 'INTROSPECTION_DISABLED'
  | 'INTROSPECTION_TOO_DEEP'
  | 'MAIL_UNAVAILABLE'
  | 'OPERATION_CANCELLED'
  | 'OPERATION_TIMEOUT'
  | 'OPERATION_TOO_COMPLEX'
  | 'OPERATION_TOO_DEEP'
  | 'PERSISTED_OPERATION_NOT_FOUND'
  | 'PERSISTED_OPERATION_REQUIRED'
  | 'RATE_LIMITED'
  | 'REAUTHENTICATION_REQUIRED'
  | 'SERVER_STOPPING'
  | 'SERVICE_UNAVAILABLE'
  | 'SESSION_ENDED'
  | 'SESSION_EXPIRED'
  | 'STREAM_INTERRUPTED'
  | 'STREAM_TOO_SLOW'
  | 'TOO_MANY_ALIASES'
  | 'TOO_MANY_CREDENTIAL_FIELDS'
  | 'TOO_MANY_DIRECTIVES'
  | 'TOO_MANY_ERRORS'
  | 'TOO_MANY_STREAMS'
  | 'TOO_MANY_TOKENS'
  | 'UNAUTHENTICATED';

export type UserErrorCode =
  | 'CONFLICT'
  | 'INVALID_CREDENTIALS'
  | 'INVALID_INPUT'
  | 'INVALID_TOKEN'
  | 'LIMIT_REACHED'
  | 'NOT_FOUND'
  | 'USERNAME_TAKEN';

/**
 * A refusal of a whole field. Its message and code reach the client as they are. It is no fault, and nobody asks where
 * it was made: a stack would cost more than the rest of it.
 *
 * @param field where it stands in the answer, if that is known: the executor would make a second error to tell it
 */
export function refusal(
  code: RefusalCode,
  message: string,
  extensions: Readonly<Record<string, unknown>> = {},
  field: RefusedField | null = null,
): GraphQLError {
  const place = field && { nodes: field.fieldNodes, path: responsePathAsArray(field.path) };
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  const error = new GraphQLError(message, { extensions: { ...extensions, code }, ...place });
  Error.stackTraceLimit = stackTraceLimit;

  return error;
}

export type RefusedField = Pick<GraphQLResolveInfo, 'fieldNodes' | 'path'>;

/** For an argument outside of a mutation's input, where no result union can take the error. */
export function badUserInput(message: string): GraphQLError {
  return refusal('BAD_USER_INPUT', message);
}

/** For whoever asks too often. The answer says when to come back, in its header, too. */
export function rateLimited(retryAfterSeconds: number): GraphQLError {
  const message = `Too many attempts. Try again in ${retryAfterSeconds} s.`;

  return refusal('RATE_LIMITED', message, { retryAfterSeconds });
}

/** An error of GraphQL itself with a code, unless it has one. The value that was refused is not repeated. */
export function withCode(error: GraphQLError, code: RefusalCode): GraphQLError {
  const { nodes, source, positions, path } = error;
  // Yoga notes a status for its own HTTP layer.
  const { http: _http, ...extensions } = error.extensions;

  return new GraphQLError(messageWithoutValue(error), {
    nodes,
    source,
    positions,
    path,
    extensions: { code, ...extensions },
  });
}

/** Whether GraphQL itself refuses a value in the document, which it can only tell once it runs. */
export function isRefusedValue({ nodes: [node] = [] }: GraphQLError): boolean {
  return node !== undefined && isValueNode(node);
}

/**
 * What a client sees of an error that nobody expected: nothing of its cause.
 *
 * @param requestId by which the log tells the cause
 */
export function masked(
  error: GraphQLError | null,
  code: 'INTERNAL_SERVER_ERROR' | 'SERVICE_UNAVAILABLE',
  requestId: string,
): GraphQLError {
  const message =
    code === 'SERVICE_UNAVAILABLE'
      ? 'The server cannot reach its data at the moment. Try again soon.'
      : `Something went wrong. The log tells more under the request id ${requestId}.`;

  return new GraphQLError(message, {
    nodes: error?.nodes,
    path: error?.path,
    extensions: { code, requestId },
  });
}

/** A failure that is part of a mutation's answer. */
export class UserError extends Error {
  readonly code: UserErrorCode;

  constructor(code: UserErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** One thing that is wrong with an input. */
export interface InputIssue {
  /** Names of the fields, from the input inwards. */
  readonly path: readonly string[];
  readonly message: string;
}

export class InvalidInputError extends UserError {
  readonly issues: readonly InputIssue[];

  constructor(issues: readonly InputIssue[]) {
    super('INVALID_INPUT', issues.map(({ message }) => message).join(' '));
    this.issues = issues;
  }
}

/** One answer for an unknown user, a wrong password and a disabled account. */
export class InvalidCredentialsError extends UserError {
  constructor() {
    super('INVALID_CREDENTIALS', 'The user name or the password is wrong.');
  }
}

/** One answer for a token that is unknown, used, replaced, expired, or no longer about anything. */
export class InvalidTokenError extends UserError {
  constructor() {
    super(
      'INVALID_TOKEN',
      'This link is not valid any more. If there is a newer mail, use its link.',
    );
  }
}

export class UsernameTakenError extends UserError {
  constructor() {
    super('USERNAME_TAKEN', 'This user name is taken. Choose another one.');
  }
}

/** What does not exist and what belongs to somebody else look the same. */
export class NotFoundError extends UserError {
  constructor(message: string) {
    super('NOT_FOUND', message);
  }
}

/** There are as many as one person may keep. */
export class LimitReachedError extends UserError {
  readonly limit: number;

  constructor(limit: number, message: string) {
    super('LIMIT_REACHED', message);
    this.limit = limit;
  }
}

/** GraphQL's words for what is wrong repeat what it found, which may be a password. */
function messageWithoutValue({ message, cause }: GraphQLError): string {
  const inner = cause instanceof GraphQLError ? cause.message : '';
  const reason = inner !== '' && message.endsWith(inner) ? inner : message;
  const place = message.slice(0, message.length - reason.length);

  return (
    place
      .replace(
        /"\$(\w+)" has invalid value at (\S+): $/u,
        '"$$$1" has an invalid value at "$1$2": ',
      )
      .replace(/ has invalid value: $/u, ' has an invalid value: ') +
    withoutRepresented(withoutMember(reason))
      .replace(/( has invalid value) .*/su, '$1.')
      .replace(/[,;] found: .*/su, '.')
      .replace(/ Found: .*/su, '')
  );
}

/** Searched, not matched: a long value that repeats these words would keep a pattern busy for minutes. */
function withoutMember(text: string): string {
  const [opening, closing] = ['Value "', '" does not exist in'];
  const start = text.indexOf(opening);
  const end = text.lastIndexOf(closing);

  return start === -1 || end < start + opening.length
    ? text
    : `${text.slice(0, start)}This value${text.slice(end + 1)}`;
}

function withoutRepresented(text: string): string {
  const words = ' cannot represent ';
  const start = text.indexOf(words);
  const end = text.indexOf(': ', start + words.length);

  return start === -1 || end === -1 ? text : `${text.slice(0, end)}.`;
}
