import { getNamedType, type GraphQLField, GraphQLInterfaceType, GraphQLObjectType, isAbstractType } from 'graphql';
import { describe, expect, it } from 'vitest';
import { gateOf, isLeaving } from '../../schema/gate.ts';
import { createSchema } from '../../schema/schema.ts';
import { shims } from '../../shims/index.ts';
import { nestedRows } from './query-rows.ts';

/*
 * What the schema says ahead of its resolvers of fields with rights of their own, by which documents of webhooks are judged when they are
 * saved, held against the rows of the permission walk, which asks the resolvers.
 */

const schema = createSchema(shims.map(({ format }) => format));
type Typed = GraphQLObjectType | GraphQLInterfaceType;
const types = Object.values(schema.getTypeMap()).filter((type): type is Typed => type instanceof GraphQLObjectType || type instanceof GraphQLInterfaceType);
const all = types.flatMap((type) => Object.values(type.getFields()).map((field) => ({ type, name: homeOf(type, field), field })));

/** `Namespace.members`, also where it is the field of a group: by the widest interface that has it. */
function homeOf(type: Typed, { name }: GraphQLField<unknown, unknown>): string {
  const homes = [type, ...type.getInterfaces()].filter((each) => each.name !== 'Node' && name in each.getFields()).sort((a, b) => a.getInterfaces().length - b.getInterfaces().length);
  return `${homes[0]?.name}.${name}`;
}

/** Fields with rights of their own that have no row in the walk: those of people have tests of their own (test/graphql/people.test.ts), `matches` has test/graphql/protection.test.ts. */
const others: Record<string, string> = {
  'Team.members': 'ADMIN',
  'User.isAdmin': 'ADMIN',
  'User.isBlocked': 'ADMIN',
  'User.hasPassword': 'ADMIN',
  'User.createdAt': 'ADMIN',
  'ProtectionRule.matches': 'MANAGE',
};

const settingTypes = ['Boolean', 'Int', 'BigInt', 'String', 'Duplicate', 'Quota'].map((kind) => `${kind}Setting`);

/** What may lead out of the namespace of what it hangs on. */
const leaving = [
  'AccessDecision.roleFrom', 'Dependency.target', 'Dependent.version', 'Membership.namespace', 'Namespace.ancestors', 'Namespace.parent', 'Namespace.protectionRules', 'ProtectionRule.namespace', 'QuotaUsage.namespace',
  ...settingTypes.flatMap((type) => [`${type}.source`, `${type}.lockedBy`]),
];

/** What leads to a namespace, a package or what is in one, and does not leave the namespace where it began. A new field fails until it is here or there. */
const staying = [
  'AccessToken.namespace', 'CleanupPolicy.namespace', 'DeletedFile.namespace', 'DeletedVersion.namespace', 'DownloadGroup.version', 'Event.namespace', 'Namespace.package', 'NamespaceConnection.nodes', 'NamespaceEdge.node',
  'OciDescriptor.version', 'OciMetadata.referrers', 'Package.latestVersion', 'Package.namespace', 'Package.version', 'PackageConnection.nodes', 'PackageEdge.node', 'PackageEvent.package', 'PackageFile.version', 'PackageVersion.files', 'PackageVersion.package',
  'PackageVersionConnection.nodes', 'PackageVersionEdge.node', 'Tag.version', 'VersionEvent.version', 'Webhook.namespace',
];

const namesOf = (fields: typeof all) => [...new Set(fields.map(({ name }) => name))].sort();

describe('what fields say of themselves', () => {
  it('is what the permission walk finds that they take', () => {
    const said = all.flatMap(({ name, field }) => (gateOf(field) === undefined ? [] : [[name, gateOf(field)] as const]));
    // Others are null for those who may not, and say so themselves.
    const refused = nestedRows.filter(({ refusal }) => refusal === 'ERROR');
    expect(Object.fromEntries(said)).toEqual({ ...Object.fromEntries(refused.map(({ field, need }) => [field, need])), ...others });
  });

  it('is the same on every type that has them', () => {
    const wrong = types.flatMap((type) =>
      type.getInterfaces().flatMap((parent) => Object.values(parent.getFields()).filter((field) => gateOf(field) !== gateOf(type.getFields()[field.name] as never) || isLeaving(field) !== isLeaving(type.getFields()[field.name] as never)).map(({ name }) => `${type.name}.${name}`)),
    );
    expect(wrong).toEqual([]);
  });

  it('is where they lead', () => {
    expect(namesOf(all.filter(({ field }) => isLeaving(field)))).toEqual(leaving.sort());
    const places = ['Namespace', 'Instance', 'Group', 'Project', 'Package', 'PackageVersion', 'PackageFile'];
    const reachable = reachableTypes();
    const leadsSomewhere = all.filter(({ type, field }) => reachable.has(type.name) && places.includes(getNamedType(field.type).name));
    expect(namesOf(leadsSomewhere.filter(({ field }) => !isLeaving(field)))).toEqual(staying.sort());
  });
});

/** Names of the types that a subscription can ask for. */
function reachableTypes(): Set<string> {
  const seen = new Set<string>();
  const queue = Object.values(schema.getSubscriptionType()?.getFields() ?? {}).map(({ type }) => getNamedType(type));
  for (let type = queue.pop(); type; type = queue.pop()) {
    if (seen.has(type.name)) continue;
    seen.add(type.name);
    if (isAbstractType(type)) queue.push(...schema.getPossibleTypes(type));
    if (type instanceof GraphQLObjectType || type instanceof GraphQLInterfaceType) queue.push(...type.getInterfaces(), ...Object.values(type.getFields()).map((field) => getNamedType(field.type)));
  }
  return seen;
}
