/**
 * Shows in the schema what the gate does at run time: `@authenticated` for a field with scopes, `@public`
 * for one that says `isPublic`. Root types are closed: a root field that says neither, or both, keeps the
 * schema from being built.
 */
import SchemaBuilder, {
  BasePlugin,
  PothosSchemaError,
  type FieldNullability,
  type InputFieldMap,
  type PothosOutputFieldConfig,
  type SchemaTypes,
  type TypeParam,
} from '@pothos/core';
import {
  DirectiveLocation,
  GraphQLBoolean,
  GraphQLDirective,
  GraphQLNonNull,
  type GraphQLArgumentConfig,
} from 'graphql';

export const accessDirectives = [
  new GraphQLDirective({
    name: 'authenticated',
    description:
      'The field needs a logged-in user. Anybody else gets `UNAUTHENTICATED`, or the reason why they are no longer logged in.',
    locations: [DirectiveLocation.FIELD_DEFINITION],
    args: {
      session: flag('The user must be logged in by a session: an access token gets `FORBIDDEN`.'),
      fresh: flag(
        'The password must have been given in this session some minutes ago at most. If not, the field answers `REAUTHENTICATION_REQUIRED`, and `confirmPassword` helps.',
      ),
    },
  }),
  new GraphQLDirective({
    name: 'public',
    description:
      'The field is open to everybody, on purpose. Every root field is `@public` or `@authenticated`.',
    locations: [DirectiveLocation.FIELD_DEFINITION],
  }),
];

function flag(description: string): GraphQLArgumentConfig {
  return { type: new GraphQLNonNull(GraphQLBoolean), default: { value: false }, description };
}

/** The name to load the plugin by. */
export const accessDirectivesPlugin = 'accessDirectives';

declare global {
  export namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      accessDirectives: AccessDirectivesPlugin<Types>;
    }

    interface FieldOptions<
      Types extends SchemaTypes,
      ParentShape,
      Type extends TypeParam<Types>,
      Nullable extends FieldNullability<Type>,
      Args extends InputFieldMap,
      ResolveShape,
      ResolveReturnShape,
    > {
      /** Open to everybody, on purpose. */
      isPublic?: boolean;
    }
  }
}

class AccessDirectivesPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onOutputFieldConfig(
    field: PothosOutputFieldConfig<Types>,
  ): PothosOutputFieldConfig<Types> {
    const directives = accessOf(field);

    return directives ? { ...field, extensions: { ...field.extensions, directives } } : field;
  }
}

function accessOf<Types extends SchemaTypes>(
  field: PothosOutputFieldConfig<Types>,
): Record<string, object> | null {
  const { authScopes, isPublic = false } = field.pothosOptions;
  const isGated = authScopes !== undefined;
  if (typeof authScopes === 'function') {
    throw new PothosSchemaError(`The scopes of ${field.name} must be in view: give no function.`);
  }

  if (isRoot(field) && isGated === isPublic) {
    throw new PothosSchemaError(
      `${field.parentType}.${field.name} must say either t.withAuth({ authenticated: true }) or isPublic: true.`,
    );
  }
  if (isGated) {
    return { authenticated: argumentsOf(authScopes) };
  }

  return isPublic ? { public: {} } : null;
}

/** The directive's name says `authenticated`; the other scopes are its arguments. */
function argumentsOf(scopes: object): object {
  return Object.fromEntries(Object.entries(scopes).filter(([scope]) => scope !== 'authenticated'));
}

function isRoot<Types extends SchemaTypes>({ kind }: PothosOutputFieldConfig<Types>): boolean {
  return kind === 'Query' || kind === 'Mutation' || kind === 'Subscription';
}

SchemaBuilder.registerPlugin(accessDirectivesPlugin, AccessDirectivesPlugin);
