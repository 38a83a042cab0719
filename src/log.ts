/**
 * The log: lines of JSON, one event each. What must never stand in a line is kept out here, whoever writes
 * it: secrets by the names of their fields, and of errors everything but what is named below, because
 * drivers put statements and values into fields of their own.
 */
import { pino, type DestinationStream, type Logger } from 'pino';
import pretty from 'pino-pretty';

import type { Config } from './config.ts';
import type { AnswerObserver } from './http/edge.ts';
import type { Exchange } from './http/exchange.ts';

/** The names of fields that are hidden: secrets, and addresses, which are nobody else's business. */
const SECRET_FIELDS: ReadonlySet<string> = new Set([
  'authorization',
  'body',
  'cookie',
  'currentPassword',
  'databaseUrl',
  'email',
  'emailKey',
  'newPassword',
  'password',
  'passwordHash',
  'pendingEmail',
  'recipient',
  'secret',
  'secretHash',
  'secrets',
  'set-cookie',
  'token',
  'tokenHash',
  'variables',
]);

const HIDDEN = '[hidden]';

/** What is nested deeper is hidden as well: it may have no end. */
const MAX_DEPTH = 6;

/** What a client may make as long as it likes is cut at so many characters. */
const MAX_TEXT_LENGTH = 200;

/**
 * How many bytes are written at once. Processes that share a pipe do not write into one another's lines: no more
 * than this goes through a pipe in one piece (PIPE_BUF of Linux).
 */
const MAX_WRITE = 4096;

/** How many bytes of lines wait while nothing can be written. What is logged beyond that is lost. */
const MAX_WAITING = 1_000_000;

export interface LoggerOptions {
  readonly level: Config['logLevel'];
  /** Whether the lines are for people. */
  readonly isTerminal: boolean;
  /** Where the lines go; standard output by default. */
  readonly destination?: DestinationStream;
}

export function createLogger({ level, isTerminal, destination }: LoggerOptions): Logger {
  const options = {
    level,
    // A formatter sees no bindings of a child, a serializer does. Pino's own `redact` takes eighty
    // microseconds a line for these names; the two together take three.
    serializers: { ...hidingSerializers, err: serializeError },
    formatters: { log: (fields: Record<string, unknown>) => withoutSecrets(fields) },
  };
  const prettyStream = { ignore: 'pid,hostname,event', sync: true };

  return isTerminal
    ? pino(options, pretty(destination ? { ...prettyStream, destination } : prettyStream))
    : pino(options, destination ?? standardOutput());
}

/**
 * Each write is a call of the system. So the lines of one round of the event loop are written together, at its end. A process
 * that exits or fails by itself writes them before; one that is killed takes them with it.
 */
function standardOutput(): DestinationStream {
  // A shorter `minLength` would leave a part of what waits behind when it is flushed.
  const output = pino.destination({
    sync: true,
    minLength: MAX_WRITE - 1,
    maxWrite: MAX_WRITE,
    maxLength: MAX_WAITING,
  });
  let isEndAwaited = false;
  let isFailing = false;

  function flush(): void {
    isEndAwaited = false;
    output.flush();
  }
  process.once('exit', flush);
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') {
      // Nobody reads any more. Pino takes no more lines then, and there is nothing to flush.
      isEndAwaited = true;
    } else if (!isFailing) {
      // A full disk is no reason to stop serving. What waits is tried again with the next line.
      isFailing = true;
      console.error(`The log cannot be written: ${error.message}`);
    }
  });
  output.on('write', () => {
    isFailing = false;
  });

  return {
    write: (line) => {
      output.write(line);
      if (!isEndAwaited) {
        isEndAwaited = true;
        setImmediate(flush);
      }
    },
  };
}

/** The log of one request: each of its lines has the request's id, and its trace's. */
export function logOf(log: Logger, exchange: Exchange): Logger {
  return log.child(idsOf(exchange));
}

function idsOf({ requestId, traceId }: Exchange): Readonly<Record<string, string>> {
  return traceId === null ? { requestId } : { requestId, traceId };
}

/** A line for each answer: at `info` when the request was refused or has failed, at `debug` otherwise. */
export function logAnswers(log: Logger): AnswerObserver {
  return (exchange, { status }, duration) => {
    const { method, path, address, summary } = exchange;
    const level = status >= 400 || summary.code !== undefined ? 'info' : 'debug';
    // Most requests are well, and cost nothing here.
    if (!log.isLevelEnabled(level)) {
      return;
    }
    const { operationName, code, userId } = summary;
    log[level](
      {
        ...idsOf(exchange),
        event: 'request_answered',
        method,
        path: path.slice(0, MAX_TEXT_LENGTH),
        status,
        durationMs: Math.round(duration * 10) / 10,
        ipAddress: address,
        operation: operationName?.slice(0, MAX_TEXT_LENGTH),
        code,
        userId,
      },
      'Request answered',
    );
  };
}

const hidingSerializers = Object.fromEntries(
  Array.from(SECRET_FIELDS, (name) => [name, () => HIDDEN]),
);

function withoutSecrets(
  fields: Readonly<Record<string, unknown>>,
  depth = MAX_DEPTH,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      SECRET_FIELDS.has(name) ? HIDDEN : valueWithoutSecrets(value, depth),
    ]),
  );
}

/** Errors and the like have a form of their own: they are left to what writes them. */
function valueWithoutSecrets(value: unknown, depth: number): unknown {
  const isList = Array.isArray(value);
  if (!isList && !isPlainObject(value)) {
    return value;
  }
  if (depth === 0) {
    return HIDDEN;
  }

  return isList
    ? value.map((item) => valueWithoutSecrets(item, depth - 1))
    : withoutSecrets(value, depth - 1);
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  const prototype: unknown =
    typeof value === 'object' && value !== null ? Object.getPrototypeOf(value) : undefined;

  return prototype === null || prototype === Object.prototype;
}

interface SerializedError {
  readonly type: string;
  readonly code?: unknown;
  readonly message: string;
  readonly stack?: string | undefined;
  readonly cause?: SerializedError;
}

function serializeError(error: unknown): unknown {
  return error instanceof Error
    ? serialized(error)
    : { type: typeof error, message: withoutSecretsIn(String(error)) };
}

function serialized(error: Error): SerializedError {
  const { name, message, stack, cause } = error;

  return {
    type: name,
    ...('code' in error && { code: error.code }),
    message: withoutSecretsIn(message),
    stack: stack && withoutSecretsIn(stack),
    ...(cause instanceof Error && { cause: serialized(cause) }),
  };
}

/** `postgres://jotter:secret@host/` -> `postgres://[hidden]@host/`, and `ada@example.com` -> `[hidden]` */
function withoutSecretsIn(text: string): string {
  return text.replace(/:\/\/[^\s/]*@/gu, '://[hidden]@').replace(ADDRESS, HIDDEN);
}

/** A mail address; what was hidden in a URL is none, and neither is a package in a path. */
const ADDRESS = /[\w.+'-]{1,64}@[\w-]+(?:\.[\w-]+)+/gu;
