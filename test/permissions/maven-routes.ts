import { createHash } from 'node:crypto';
import type { RouteContext, RouteRow } from './routes.ts';

const base = (node: string) => `/api/packages/${node === '' ? '' : `${node}/`}maven`;
const artifactOf = ({ target }: RouteContext) => target.maven.package.name.split(':')[1] ?? '';
const folderOf = (context: RouteContext) => `${base(context.node)}/org/acme/${artifactOf(context)}`;
const jarOf = (context: RouteContext) => `${folderOf(context)}/1.0/${artifactOf(context)}-1.0.jar`;
const get = (path: (context: RouteContext) => string) => (context: RouteContext) => ({ method: 'GET', path: path(context) });

/** Every route of Maven; what a path is decides what it needs. */
export const mavenRows: RouteRow[] = [
  { route: 'maven GET ', need: 'SEE', of: 'NODE', ok: 200, call: get(({ node }) => `${base(node)}/`) },
  { route: 'maven GET *path', need: 'READ', of: 'PACKAGE', ok: 200, call: get(jarOf) },
  { route: 'maven GET *path', need: 'READ', of: 'PACKAGE', ok: 200, call: get((context) => `${jarOf(context)}.sha1`) },
  { route: 'maven GET *path', need: 'READ', of: 'PACKAGE', ok: 200, call: get((context) => `${folderOf(context)}/maven-metadata.xml`) },
  { route: 'maven GET *path', need: 'READ', of: 'PACKAGE', ok: 200, call: get((context) => `${folderOf(context)}/maven-metadata.xml.md5`) },
  { route: 'maven PUT *path', need: 'PUBLISH', of: 'NEW', ok: 201, changes: true, call: ({ node, number }) => ({ method: 'PUT', path: `${base(node)}/org/acme/new-${number}/1/new-${number}-1.jar`, body: `new ${number}` }) },
  { route: 'maven PUT *path', need: 'PUBLISH', of: 'NEW', ok: 201, call: ({ node, number }) => ({ method: 'PUT', path: `${base(node)}/org/acme/new-${number}/maven-metadata.xml`, body: '<metadata/>' }) },
  {
    route: 'maven PUT *path',
    need: 'PUBLISH',
    of: 'HERE',
    ok: 201,
    call: (context) => ({ method: 'PUT', path: `${jarOf(context)}.sha1`, body: createHash('sha1').update(`maven ${artifactOf(context).slice('lib-'.length)}`).digest('hex') }),
  },
];
