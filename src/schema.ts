import './auth/schema/index.ts';
import './notes/schema/index.ts';
import './graphql/scalars.ts';
import { specifiedDirectives } from 'graphql';

import { accessDirectives } from './graphql/access-directives.ts';
import { builder } from './graphql/builder.ts';

/** The whole schema: what the modules have declared. */
export const schema = builder.toSchema({
  sortSchema: false,
  directives: [...specifiedDirectives, ...accessDirectives],
});
