import { GraphQLScalarType } from 'graphql';

import { builder } from './builder.ts';

builder.addScalarType(
  'DateTime',
  new GraphQLScalarType<Date, string>({
    name: 'DateTime',
    description: 'A moment in UTC, as ISO 8601 has it, such as `2026-11-23T17:20:02.123Z`.',
    specifiedByURL: 'https://scalars.graphql.org/andimarek/date-time.html',
    coerceOutputValue: (value) => {
      if (!(value instanceof Date)) {
        throw new TypeError('DateTime serializes a Date only.');
      }

      return value.toISOString();
    },
  }),
);
