import { posix } from 'node:path';

/** A source file as the rules see it: its path from the project's root, with forward slashes, and its text. */
export interface SourceFile {
  path: string;
  text: string;
}

/** One rule of the architecture with samples that prove that it can fail and that it does not always. */
export interface Rule {
  name: string;
  /** What is wrong in the file, a line each; empty when all is well. */
  check(file: SourceFile): string[];
  bad: SourceFile[];
  good: SourceFile[];
}

/** The composition root, which alone in `src` may see everything. */
const compositionRoot = 'src/app.ts';

/** Which top-level folders a folder's files may import from. Single files of the root, such as package.json, are free. */
const arrows: Record<string, string[]> = { src: ['src'], schema: ['schema', 'src'], shims: ['shims', 'src'] };

/** Everything the file imports: packages as they are written, files as paths from the root. */
function importsOf(file: SourceFile): string[] {
  const specifiers = [...withoutComments(file.text).matchAll(/\b(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)];
  return specifiers.map(([, specifier = '']) =>
    specifier.startsWith('.') ? posix.join(posix.dirname(file.path), specifier) : specifier);
}

/** Drops comments that begin a line, which is where this project writes them. */
function withoutComments(text: string): string {
  return text.replace(/^\s*\/\*[\s\S]*?\*\//gm, '').replace(/^\s*\/\/.*$/gm, '');
}

function isFile(path: string): boolean {
  return path.endsWith('.ts');
}

function forbidImports(file: SourceFile, isForbidden: (imported: string) => boolean): string[] {
  return importsOf(file).filter(isForbidden).map((imported) => `imports ${imported}`);
}

/** The folder below `shims` that a path is in: a format, `kit`, or undefined for `shims/index.ts` and everything else. */
function shimOf(path: string): string | undefined {
  const [top, shim, ...rest] = path.split('/');
  return top === 'shims' && rest.length > 0 ? shim : undefined;
}

function matches(text: string, pattern: RegExp): string[] {
  return [...withoutComments(text).matchAll(pattern)].map(([match]) => match.trim());
}

const formatTest =
  /switch\s*\([^{]*format[^{]*\{|(?<!typeof [\w.?]*)\bformat(?:\??\.id|Id)?\s*[!=]==?\s*['"`]|\b\w+\.format\s*[!=]==?\s*['"`]|['"`][\w-]+['"`]\s*[!=]==?\s*(?:\w+\.)*format(?:\.id|Id)?\b/gi;

/** The rules, each over one file; `architecture.test.ts` runs them over the project and over their own samples. */
export const rules: Rule[] = [
  {
    name: 'arrows point down: shims and schema import src, src imports neither, they do not import each other',
    check(file) {
      const allowed = arrows[file.path.split('/')[0] ?? ''];
      if (allowed === undefined || file.path === compositionRoot) return [];
      return forbidImports(file, (imported) => {
        const [top = '', rest] = imported.split('/');
        const isOwn = top === '..' || Object.hasOwn(arrows, top) || top === 'test' || top === 'web';
        return isFile(imported) && isOwn && rest !== undefined && !allowed.includes(top);
      });
    },
    bad: [
      { path: 'src/packages/publish.ts', text: "import { npm } from '../../shims/npm/format.ts';" },
      { path: 'src/main.ts', text: "import { schema } from '../schema/index.ts';" },
      { path: 'src/http/server.ts', text: "const { schema } = await import('../../schema/index.ts');" },
      { path: 'src/db/connect.ts', text: "import { freshDatabase } from '../../test/support/environment/databases.ts';" },
      { path: 'schema/package.ts', text: "import type { Packument } from '../shims/npm/packument.ts';" },
      { path: 'shims/npm/routes.ts', text: "export {\n  builder,\n} from '../../schema/builder.ts';" },
    ],
    good: [
      { path: 'src/app.ts', text: "import { formats } from '../shims/index.ts';\nimport { schema } from '../schema/index.ts';" },
      { path: 'src/main.ts', text: "import { createApp } from './app.ts';" },
      { path: 'shims/npm/routes.ts', text: "import { publish } from '../../src/packages/publish.ts';" },
      { path: 'src/errors.ts', text: "/** Rendered by shims, see\n * import x from '../shims/kit/errors.ts'\n */" },
    ],
  },
  {
    name: 'a shim imports no other shim but the kit, and the kit imports none',
    check(file) {
      const own = shimOf(file.path);
      if (own === undefined) return [];
      return forbidImports(file, (imported) => {
        const other = shimOf(imported);
        return imported === 'shims/index.ts' || (other !== undefined && other !== own && other !== 'kit');
      });
    },
    bad: [
      { path: 'shims/npm/format.ts', text: "import { parse } from '../pypi/parse.ts';" },
      { path: 'shims/kit/errors.ts', text: "import { parse } from '../pypi/parse.ts';" },
      { path: 'shims/npm/format.ts', text: "import { formats } from '../index.ts';" },
    ],
    good: [
      { path: 'shims/npm/format.ts', text: "import { x } from '../kit/x.ts';\nimport { y } from './y.ts';" },
      { path: 'shims/index.ts', text: "import { npm } from './npm/format.ts';" },
    ],
  },
  {
    name: 'a shim never touches the database',
    check(file) {
      if (!file.path.startsWith('shims/')) return [];
      const drivers = /^(typeorm|mysql2|node:sqlite)(\/|$)/;
      return forbidImports(file, (imported) => imported.startsWith('src/db/') || drivers.test(imported) || /-repository(\.ts)?$/.test(imported));
    },
    bad: [
      { path: 'shims/npm/routes.ts', text: "import { connect } from '../../src/db/connect.ts';" },
      { path: 'shims/npm/routes.ts', text: "import type { DataSource } from 'typeorm';" },
      { path: 'shims/kit/x.ts', text: "import { createPool } from 'mysql2/promise';" },
      { path: 'shims/npm/routes.ts', text: "import { DatabaseSync } from 'node:sqlite';" },
      { path: 'shims/npm/routes.ts', text: "import { findPackage } from '../../src/packages/package-repository.ts';" },
    ],
    good: [{ path: 'shims/npm/routes.ts', text: "import { publish } from '../../src/packages/publish.ts';" }],
  },
  {
    name: 'the SDK stands alone: it imports itself and npm packages',
    check(file) {
      if (!file.path.startsWith('schema/sdk/')) return [];
      return forbidImports(file, (imported) => imported.startsWith('node:') || (isFile(imported) && !imported.startsWith('schema/sdk/')));
    },
    bad: [
      { path: 'schema/sdk/client.ts', text: "import { builder } from '../builder.ts';" },
      { path: 'schema/sdk/client.ts', text: "import { ids } from '../../src/ids.ts';" },
      { path: 'schema/sdk/client.ts', text: "import { readFile } from 'node:fs/promises';" },
    ],
    good: [{ path: 'schema/sdk/client.ts', text: "import { createClient } from 'graphql-ws';\nimport { q } from './q.generated.ts';" }],
  },
  {
    name: 'nothing outside a format’s folder asks which format it has',
    check(file) {
      const shim = shimOf(file.path);
      const isFormats = shim !== undefined && shim !== 'kit';
      if (isFormats || !/^(src|schema|shims)\//.test(file.path)) return [];
      return matches(file.text, formatTest);
    },
    bad: [
      { path: 'src/packages/publish.ts', text: 'switch (file.format.id) {' },
      { path: 'schema/package.ts', text: "  if (format === 'npm') return;" },
      { path: 'schema/package.ts', text: "  return pkg.format !== 'NPM' ? 1 : 2;" },
      { path: 'shims/kit/errors.ts', text: "if (endpoint.format.id == 'pypi') x();" },
      { path: 'src/packages/publish.ts', text: "if ('npm' === version.format) x();" },
      { path: 'src/packages/publish.ts', text: "if (formatId === 'npm') x();" },
    ],
    good: [
      { path: 'shims/npm/routes.ts', text: "if (format === 'npm') x();" },
      { path: 'src/packages/publish.ts', text: "if (typeof format === 'string') x();\nif (a.format === b.format) x();" },
      { path: 'src/packages/publish.ts', text: '// no switch (format) { here\nswitch (error.code) {\n' },
    ],
  },
  {
    name: 'a file has at most 350 lines',
    check(file) {
      const lines = file.text.replace(/\n$/, '').split('\n').length;
      return lines > 350 && !file.path.includes('generated') ? [`has ${lines} lines`] : [];
    },
    bad: [{ path: 'src/long.ts', text: 'x\n'.repeat(351) }],
    good: [
      { path: 'src/long.ts', text: 'x\n'.repeat(350) },
      { path: 'schema/sdk/types.generated.ts', text: 'x\n'.repeat(2000) },
    ],
  },
  {
    name: 'no drawers: nothing is called utils, helpers, common, misc or types',
    check(file) {
      const names = file.path.split('/').map((part) => part.replace(/\..*$/, ''));
      return names.filter((name) => /^(utils?|helpers?|common|misc|types)$/i.test(name)).map((name) => `is called ${name}`);
    },
    bad: ['src/utils/x.ts', 'shims/npm/helpers.ts', 'src/common.ts', 'test/support/misc/a.ts', 'schema/types.ts'].map((path) => ({ path, text: '' })),
    good: ['shims/kit/content-types.ts', 'src/packages/publish.ts'].map((path) => ({ path, text: '' })),
  },
  {
    name: 'types can be stripped: no enums, no decorators',
    check: (file) =>
      matches(file.text, /^\s*(?:export\s+)?(?:declare\s+)?(?:const\s+)?enum\s+\w+|^[ \t]*@\w+(?:\(.*\))?[ \t]*(?:$|(?=export|class|private|public|readonly|static|async))/gm),
    bad: [
      { path: 'src/a.ts', text: 'export enum Role {' },
      { path: 'src/a.ts', text: 'const enum Role {' },
      { path: 'src/a.ts', text: "@Entity('package')\nclass Package {}" },
      { path: 'src/a.ts', text: 'class A {\n  @Column()\n  name = 1;' },
    ],
    good: [{ path: 'src/a.ts', text: "/**\n * @param x y\n */\nconst scope = `\n@acme/lib\n`;\nconst enumeration = 'enum Role';" }],
  },
];
