import { GraphQLScalarType } from 'graphql';

import type { Moment } from '../database/moment.ts';
import { builder } from './builder.ts';

builder.addScalarType(
  'DateTime',
  new GraphQLScalarType<Moment, string>({
    name: 'DateTime',
    description: 'A moment in UTC, as ISO 8601 has it, such as `2026-11-23T17:20:02.123Z`.',
    specifiedByURL: 'https://scalars.graphql.org/andimarek/date-time.html',
    coerceOutputValue: (value) => {
      if (value instanceof Date) {
        return value.toISOString();
      }
      if (typeof value !== 'number' && typeof value !== 'string') {
        throw new TypeError('DateTime serializes moments only.');
      }

      return new Date(value).toISOString();
    },
  }),
);
