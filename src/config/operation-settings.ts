/** The part of the table of settings that is about operations: their limits, and which are allowed. */
import type { z } from 'zod';

import type { SettingAbout } from './setting-about.ts';
import { duration, flag, jsonFile, wholeNumber } from './setting-parsers.ts';

/** @param about where the settings are described */
export function operationSettings(about: z.core.$ZodRegistry<SettingAbout>) {
  return {
    OPERATION_MAX_SIZE: wholeNumber(1_000, 1_000_000).register(about, {
      default: '32000',
      description: 'the largest document, in bytes; long texts travel as variables',
      example: '32000',
    }),
    OPERATION_MAX_TOKENS: wholeNumber(50, 10_000).register(about, {
      default: '1000',
      description: 'the most tokens of a document: names, values and punctuators',
      example: '1000',
    }),
    OPERATION_MAX_DEPTH: wholeNumber(1, 100).register(about, {
      default: '10',
      description: 'how deep fields may stand in fields',
      example: '10',
    }),
    OPERATION_MAX_INTROSPECTION_DEPTH: wholeNumber(1, 100).register(about, {
      default: '15',
      description: 'the same within `__schema` and `__type`; GraphiQL needs 15',
      example: '15',
    }),
    OPERATION_MAX_ALIASES: wholeNumber(0, 1_000).register(about, {
      default: '15',
      description: 'the most aliases of an operation',
      example: '15',
    }),
    OPERATION_MAX_DIRECTIVES: wholeNumber(0, 1_000).register(about, {
      default: '10',
      description: 'the most directives of an operation',
      example: '10',
    }),
    OPERATION_MAX_COMPLEXITY: wholeNumber(1, 1_000_000).register(about, {
      default: '1000',
      description: 'how many objects an answer may hold at worst, by the sizes of its pages',
      example: '1000',
    }),
    OPERATION_MAX_ANSWER_SIZE: wholeNumber(100_000, 100_000_000).register(about, {
      default: '16000000',
      description: 'how many characters all texts of an answer may have together',
      example: '16000000',
    }),
    OPERATION_MAX_ERRORS: wholeNumber(2, 100).register(about, {
      default: '10',
      description: 'the most errors of an answer; the last one says how many there are',
      example: '10',
    }),
    OPERATION_TIMEOUT: duration('1h').register(about, {
      default: '10s',
      description: 'an operation that takes longer is stopped; at most `1h`',
      example: '10s',
    }),
    OPERATION_CACHE_SIZE: wholeNumber(1_000, 100_000_000).register(about, {
      default: '1000000',
      description:
        'how many bytes of documents are kept parsed and validated; ' +
        'the memory that takes is about 60 times as much',
      example: '1000000',
    }),
    MAX_STREAMS: wholeNumber(0, 100_000).register(about, {
      default: '2000',
      description: 'how many subscriptions may be open at once in a process; `0` for none',
      example: '2000',
    }),
    STREAMS_PER_NETWORK: wholeNumber(1, 100_000).register(about, {
      default: '100',
      description: 'the same for one IPv4 address, or the first 64 bits of an IPv6 address',
      example: '100',
    }),
    STREAMS_PER_USER: wholeNumber(1, 100_000).register(about, {
      default: '30',
      description: 'the same for one user, on all of their devices',
      example: '30',
    }),
    STREAMS_PER_SESSION: wholeNumber(1, 100_000).register(about, {
      default: '10',
      description: 'the same for one session or access token',
      example: '10',
    }),
    STREAM_HEARTBEAT: duration('1h').register(about, {
      default: '15s',
      description:
        'how often a subscription shows that it lives, and looks up whether its login does; ' +
        'at most `1h`, and less than what proxies wait for',
      example: '15s',
    }),
    PERSISTED_OPERATIONS: jsonFile().register(about, {
      default: '',
      description: 'a JSON file of documents that clients name by their SHA-256 hash',
      example: 'persisted-operations.json',
    }),
    PERSISTED_OPERATIONS_ONLY: flag().register(about, {
      default: 'false',
      description: 'whether every other document is refused: `true` or `false`',
      example: 'true',
    }),
  };
}
