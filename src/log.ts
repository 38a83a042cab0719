import { DriverException } from '@mikro-orm/core';
import { pino, stdSerializers, type Logger } from 'pino';
import pretty from 'pino-pretty';

import type { Config } from './config.ts';

/** Lines for people on a terminal, lines of JSON for machines otherwise. */
export function createLogger(level: Config['logLevel'], isTerminal: boolean): Logger {
  const options = { level, serializers: { err: serializeError } };

  return isTerminal
    ? pino(options, pretty({ ignore: 'pid,hostname,event', sync: true }))
    : pino(options);
}

/** A driver's error carries the statement and its values in fields of its own: none of them is kept. */
function serializeError(error: unknown): unknown {
  if (!(error instanceof DriverException)) {
    return error instanceof Error ? stdSerializers.err(error) : error;
  }
  const { name, code, message, stack } = error;

  return { type: name, code, message, stack };
}
