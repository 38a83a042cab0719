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
import { DirectiveLocation, GraphQLDirective } from 'graphql';

export const accessDirectives = [
  new GraphQLDirective({
    name: 'authenticated',
    description: 'The field needs a logged-in user and answers UNAUTHENTICATED to anybody else.',
    locations: [DirectiveLocation.FIELD_DEFINITION],
  }),
  new GraphQLDirective({
    name: 'public',
    description:
      'The field is open to everybody, on purpose. Every root field is `@public` or `@authenticated`.',
    locations: [DirectiveLocation.FIELD_DEFINITION],
  }),
];

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

  if (isRoot(field) && isGated === isPublic) {
    throw new PothosSchemaError(
      `${field.parentType}.${field.name} must say either t.withAuth({ authenticated: true }) or isPublic: true.`,
    );
  }
  if (isGated) {
    return { authenticated: {} };
  }

  return isPublic ? { public: {} } : null;
}

function isRoot<Types extends SchemaTypes>({ kind }: PothosOutputFieldConfig<Types>): boolean {
  return kind === 'Query' || kind === 'Mutation' || kind === 'Subscription';
}

SchemaBuilder.registerPlugin(accessDirectivesPlugin, AccessDirectivesPlugin);
