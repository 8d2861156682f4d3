import type { Format } from '../src/formats/format.ts';
import { InvalidName, NotFound, Unauthenticated } from '../src/errors.ts';
import { getPackageInView } from '../src/packages/view.ts';
import type { PackageRecord } from '../src/packages/queries/records.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { FormatEnum } from './enums.ts';
import { packageById } from './loaders.ts';
import { NamespaceInterface } from './namespace.ts';
import { PackageRef } from './refs.ts';
import { parsePurl } from './urls.ts';

builder.queryFields((t) => ({
  package: t.field({
    type: PackageRef,
    nullable: true,
    description: 'The package that a name means when read at a namespace: as clients of its endpoint get it. Null where there is none or the caller may not read it.',
    args: {
      namespace: t.arg.string({ required: true, description: 'Path of the namespace; empty for the instance.' }),
      format: t.arg({ type: FormatEnum, required: true, description: 'The format.' }),
      name: t.arg.string({ required: true, description: 'The name in any spelling of the format.' }),
    },
    resolve: (_root, { namespace, format, name }, context) => find(context, namespace, context.core.formats.get(format), name),
  }),
  packageByPurl: t.field({
    type: PackageRef,
    nullable: true,
    description: 'As `package`, by its package URL (https://github.com/package-url/purl-spec). A version in the URL makes no difference.',
    args: {
      purl: t.arg.string({ required: true, description: 'Such as `pkg:npm/%40acme/lib`.' }),
      namespace: t.arg.string({ description: 'Path of the namespace; by default the instance.' }),
    },
    resolve: async (_root, { purl, namespace }, context) => {
      for (const { format, name } of parsePurl(context.core.formats, purl)) {
        const found = await find(context, namespace ?? '', format, name);
        if (found) return found;
      }
      return null;
    },
  }),
}));

builder.interfaceField(NamespaceInterface, 'package', (t) =>
  t.field({
    type: PackageRef,
    nullable: true,
    description: 'The package that a name means when read here: as clients of the endpoint get it. Null where there is none or the caller may not read it.',
    args: {
      format: t.arg({ type: FormatEnum, required: true, description: 'The format.' }),
      name: t.arg.string({ required: true, description: 'The name in any spelling of the format.' }),
    },
    resolve: ({ path }, { format, name }, context) => find(context, path, context.core.formats.get(format), name),
  }),
);

async function find(context: Context, namespacePath: string, format: Format, name: string): Promise<PackageRecord | null> {
  try {
    const { id } = await getPackageInView(context.core, context.actor, namespacePath, format, name);
    return await packageById(context, id);
  } catch (error) {
    // Anonymous callers are asked to sign in rather than told that there is nothing; here both are an empty answer.
    if (error instanceof NotFound || error instanceof Unauthenticated || error instanceof InvalidName) return null;
    throw error;
  }
}
