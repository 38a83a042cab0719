import {
  isInterfaceType,
  isObjectType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';

/** A field of an object or an interface. */
export interface FieldOfType {
  /** Like `Query.note`. */
  readonly coordinate: string;
  readonly field: GraphQLField<unknown, unknown>;
}

/** What the directives of a field say. */
export interface Access {
  readonly isGated: boolean;
  readonly isMutation: boolean;
  readonly session: boolean;
  /** Needs a session, too. */
  readonly fresh: boolean;
}

/** Every field of Query, Mutation and, once there are some, Subscription. */
export function rootFields(schema: GraphQLSchema): FieldOfType[] {
  return [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap(
    fieldsOf,
  );
}

/** Every field of any other type that the gate stands in front of. */
export function gatedFields(schema: GraphQLSchema): FieldOfType[] {
  const roots = new Set(rootFields(schema).map(({ coordinate }) => coordinate));

  return Object.values(schema.getTypeMap())
    .flatMap(fieldsOf)
    .filter(({ coordinate }) => !roots.has(coordinate))
    .filter(({ field }) => directivesOf(field).includes('authenticated'));
}

/** The access directives that a field is printed with: `public`, `authenticated`. */
export function directivesOf({ extensions }: GraphQLField<unknown, unknown>): string[] {
  return Object.keys(extensions['directives'] ?? {}).filter((name) =>
    ['public', 'authenticated'].includes(name),
  );
}

export function accessOf({ coordinate, field }: FieldOfType): Access {
  const directives = field.extensions['directives'] as Record<string, Partial<Access>> | undefined;
  const { session = false, fresh = false } = directives?.['authenticated'] ?? {};

  return {
    isGated: directivesOf(field).includes('authenticated'),
    isMutation: coordinate.startsWith('Mutation.'),
    session: session || fresh,
    fresh,
  };
}

function fieldsOf(type: GraphQLNamedType | null | undefined): FieldOfType[] {
  return isObjectType(type) || isInterfaceType(type)
    ? Object.values(type.getFields()).map((field) => ({ coordinate: String(field), field }))
    : [];
}
