import {
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedDirective,
  isSpecifiedScalarType,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';

/** Everything that the schema itself defines, by its coordinate (like `Query.note(id:)`), and its description. */
export function descriptionsIn(schema: GraphQLSchema): Map<string, string> {
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
  );
  const directives = schema.getDirectives().filter((it) => !isSpecifiedDirective(it));
  const members = types.flatMap(membersOf);
  const args = [...members, ...directives].flatMap((it) => ('args' in it ? it.args : []));

  return new Map(
    [...types, ...directives, ...members, ...args].map((it) => [String(it), it.description ?? '']),
  );
}

function membersOf(type: GraphQLNamedType) {
  if (isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)) {
    return Object.values(type.getFields());
  }

  return isEnumType(type) ? type.getValues() : [];
}
