import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, getNamedType, type GraphQLObjectType, isInterfaceType, isObjectType } from 'graphql';

const schema = buildSchema(readFileSync(join(import.meta.dirname, '../../../schema/schema.graphql'), 'utf8'));

/** An operation that shows a package of a format with all that the API knows of what its archives say; variables: `name`, `format`. */
export function showAll(format: string): string {
  const type = Object.values(schema.getTypeMap()).find(({ name }) => name.toLowerCase() === `${format}metadata`);
  if (!isObjectType(type)) throw new Error(`no metadata of ${format}`);
  return `query ($name: String!, $format: Format!) { package(namespace: "acme/widgets", format: $format, name: $name) {
    name description purl sizeBytes latestVersion { version } endpoint { configure { code } publish { code } install { code } } tags { name }
    versions(first: 5) { nodes { version status description readme licenses homepage repositoryUrl keywords authors purl sizeBytes
      files { name sizeBytes downloadUrl contentType sha256 } dependencies { kind name requirement target { name } } metadata { __typename ... on ${type.name} { ${everythingOf(type, 3)} } } } } } }`;
}

function everythingOf(type: GraphQLObjectType, depth: number): string {
  const fields = Object.values(type.getFields()).flatMap((field) => {
    const inner = getNamedType(field.type);
    if (field.args.some(({ type: argument }) => String(argument).endsWith('!'))) return [];
    if (!isObjectType(inner)) return isInterfaceType(inner) ? [] : [field.name];
    // What leads to other packages is not of the archive.
    return depth === 0 || inner.getInterfaces().some(({ name }) => name === 'Node') ? [] : [`${field.name} { ${everythingOf(inner, depth - 1)} }`];
  });
  return fields.join(' ') || '__typename';
}
