import { getNamedType, type GraphQLObjectType, type GraphQLSchema, isLeafType, isObjectType } from 'graphql';

/**
 * The fields in which formats show what a version says of itself: those of the types of metadata, and of types that are found nowhere else, as far as they
 * lead to values or to each other. Whoever sees a version may see them. What leads out of them, to another version say, is not among them.
 */
export function metadataFields(schema: GraphQLSchema): string[] {
  const objects = Object.values(schema.getTypeMap()).filter(isObjectType);
  const own = ownTypes(objects);
  return [...own].flatMap((type) => {
    const fields = Object.values(type.getFields()).filter((field) => isLeafType(getNamedType(field.type)) || own.has(getNamedType(field.type) as GraphQLObjectType));
    return fields.map(({ name }) => `${type.name}.${name}`);
  });
}

function ownTypes(objects: readonly GraphQLObjectType[]): Set<GraphQLObjectType> {
  const metadata = objects.filter((type) => type.getInterfaces().some(({ name }) => name === 'PackageMetadata'));
  const own = new Set(metadata);
  for (const type of own) for (const led of ledTo(type)) own.add(led);
  for (let isSettled = false; !isSettled; ) {
    const shared = [...own].find((type) => !metadata.includes(type) && objects.some((other) => !own.has(other) && ledTo(other).includes(type)));
    isSettled = shared === undefined || !own.delete(shared);
  }
  return own;
}

function ledTo(type: GraphQLObjectType): GraphQLObjectType[] {
  return Object.values(type.getFields()).map((field) => getNamedType(field.type)).filter(isObjectType);
}
