import type { AuthenticatedContext, Context } from '../context.ts';
import type { Moment } from '../database/moment.ts';
import type { AuthScopes } from './scopes.ts';

/** The types that every field of the schema knows. */
export interface JotterSchemaTypes {
  Context: Context;
  AuthScopes: AuthScopes;
  AuthContexts: {
    authenticated: AuthenticatedContext;
    session: AuthenticatedContext;
    fresh: AuthenticatedContext;
  };
  DefaultAuthStrategy: 'all';
  DefaultFieldNullability: false;
  DefaultEdgesNullability: false;
  DefaultNodeNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Moment };
  };
}
