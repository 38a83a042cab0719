import { MapperKind, mapSchema, printSchemaWithDirectives } from '@graphql-tools/utils';
import type { GraphQLArgumentConfig, GraphQLInputFieldConfig, GraphQLSchema } from 'graphql';
import { valueToLiteral } from 'graphql';

/** The schema as `schema.graphql` holds it: with its directives, descriptions and default values. */
export function printSchema(schema: GraphQLSchema): string {
  const printable = mapSchema(schema, {
    [MapperKind.ARGUMENT]: withDefaultLiteral,
    [MapperKind.INPUT_OBJECT_FIELD]: withDefaultLiteral,
  });

  return `${printSchemaWithDirectives(printable)}\n`;
}

/** The printer looks for a default value where GraphQL 17 keeps it; Pothos puts it where 16 did. */
function withDefaultLiteral<Config extends GraphQLArgumentConfig | GraphQLInputFieldConfig>({
  // oxlint-disable-next-line typescript/no-deprecated -- Pothos writes no other.
  defaultValue,
  ...config
}: Config) {
  const literal =
    defaultValue === undefined ? undefined : valueToLiteral(defaultValue, config.type);

  return literal ? { ...config, default: { literal } } : config;
}
