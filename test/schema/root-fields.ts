import { isObjectType, type GraphQLField, type GraphQLSchema } from 'graphql';

type Field = GraphQLField<unknown, unknown>;

/** Who may have a field: everybody, or whoever passes this gate. */
export type Level = 'public' | 'authenticated' | 'session' | 'fresh';

export interface KnownField {
  /** Like `Query.note`. */
  readonly coordinate: string;
  readonly field: Field;
}

/** Every field that an operation can begin with: those of Query, Mutation and, once there are some, Subscription. */
export function rootFields(schema: GraphQLSchema): KnownField[] {
  return [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]
    .flatMap((type) => Object.values(type?.getFields() ?? {}))
    .map(known);
}

/** Every field with a gate of its own, wherever it is. */
export function gatedFields(schema: GraphQLSchema): KnownField[] {
  return Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .flatMap((type) => Object.values(type.getFields()))
    .filter((field) => accessOf(field).includes('authenticated'))
    .map(known);
}

function known(field: Field): KnownField {
  return { coordinate: String(field), field };
}

/** The access directives that a field is printed with: `public`, `authenticated`. */
export function accessOf(field: Field): string[] {
  return Object.keys(directivesOf(field)).filter((name) =>
    ['public', 'authenticated'].includes(name),
  );
}

/** What the directive asks for: its argument, or what its name says. */
export function levelOf(field: Field): Level {
  const { authenticated } = directivesOf(field);
  if (!authenticated) {
    return 'public';
  }
  if ('fresh' in authenticated) {
    return 'fresh';
  }

  return 'session' in authenticated ? 'session' : 'authenticated';
}

function directivesOf({ extensions }: Field): Readonly<Record<string, object | undefined>> {
  return Object.fromEntries(Object.entries(extensions['directives'] ?? {}));
}
