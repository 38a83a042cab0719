import type { GraphQLField, GraphQLSchema } from 'graphql';

/** A field that an operation can begin with. */
export interface RootField {
  /** Like `Query.note`. */
  readonly coordinate: string;
  readonly field: GraphQLField<unknown, unknown>;
}

/** Every field of Query, Mutation and, once there are some, Subscription. */
export function rootFields(schema: GraphQLSchema): RootField[] {
  return [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]
    .flatMap((type) => Object.values(type?.getFields() ?? {}))
    .map((field) => ({ coordinate: String(field), field }));
}

/** The access directives that a field is printed with: `public`, `authenticated`. */
export function accessOf({ extensions }: GraphQLField<unknown, unknown>): string[] {
  return Object.keys(extensions['directives'] ?? {}).filter((name) =>
    ['public', 'authenticated'].includes(name),
  );
}
