import { randomBytes } from 'node:crypto';
import { authorization, fiftyVersionsPackage, npmGzipHeaders, npmPath, npmPublish, packagePath, smallFileBytes, smallPackage, tarballPath } from '../data.ts';
import { fetchBytes } from '../exchange.ts';
import { type LoadPlan, requestHead, runLoad } from '../load.ts';
import { mavenReads } from '../maven.ts';
import { nugetReads } from '../nuget.ts';
import { pypiReads } from '../pypi.ts';
import type { Effort, Read } from '../scenario.ts';
import { listedProject } from './people.ts';
import { largestPackage } from './fill.ts';

/** What is done on a registry that has little but what is read, and on a full one. */
export interface Operation {
  name: string;
  /** On the full one it may take so many times as long at most. */
  limit: number;
  plan: (port: number) => Promise<LoadPlan> | LoadPlan;
}

/** What is asked of the full registry alone, one question after the other: on an empty one there is nothing to look through. */
export interface Search {
  name: string;
  request: readonly Buffer[];
}

type Headers = Record<string, string>;

const readLimit = 1.5;
const writeLimit = 2;
const connections = 16;

/** Publishes what is read, on a fresh registry; returns what to read. */
export async function prepareReads(port: number): Promise<Read[]> {
  const npm = await Promise.all([npmPublish(smallPackage, '1.0.0', smallFileBytes), ...Array.from({ length: 50 }, (_, index) => npmPublish(fiftyVersionsPackage, `1.${index}.0`, 2048))]);
  const listed = Array.from({ length: 20 }, (_, index) => genericPut(`${listedProject}/generic/thing-${index}/1.0/file`, randomBytes(1024)));
  const requests = [...npm.map(({ pieces }) => pieces), ...listed];
  await runLoad({ port, connections: 4, status: 201, until: { requests: requests.length }, request: (index) => requests[index] ?? [] });
  const others = [...(await mavenReads(port, 0)), ...(await pypiReads(port, 0)), ...(await nugetReads(port, 0))];
  const headers = { ...authorization, ...npmGzipHeaders };
  const { headers: told } = await fetchBytes(port, packagePath(smallPackage), headers);
  return [
    { name: 'npm packument, 1 version', path: packagePath(smallPackage), headers, status: 200 },
    { name: 'npm packument, 1 version, 304', path: packagePath(smallPackage), headers: { ...headers, 'if-none-match': String(told.etag) }, status: 304 },
    { name: 'npm packument, 50 versions', path: packagePath(fiftyVersionsPackage), headers, status: 200 },
    { name: 'npm tarball 10 KB', path: tarballPath(smallPackage, '1.0.0'), headers: authorization, status: 200 },
    ...others,
  ];
}

/** All that is measured on both. `member` is the credential of somebody with a few roles. */
export function listOperations(reads: readonly Read[], member: Headers, effort: Effort): Operation[] {
  const timed = { seconds: effort.seconds, warmupSeconds: effort.warmupSeconds };
  const again = (name: string, request: readonly Buffer[], status: number): Operation => ({ name, limit: readLimit, plan: (port) => ({ port, connections, status, until: timed, request: () => request }) });
  const once = (name: string, status: number, make: (number: number) => Promise<readonly Buffer[]> | readonly Buffer[]): Operation => {
    let sent = 0;
    return {
      name,
      limit: writeLimit,
      async plan(port) {
        const requests = await Promise.all(Array.from({ length: effort.publishes }, () => make((sent += 1))));
        return { port, connections: 8, status, until: { requests: requests.length }, request: (index) => requests[index] ?? [] };
      },
    };
  };
  const npm = async (name: string, version: string) => (await npmPublish(name, version, 1024)).pieces;
  return [
    ...reads.map(({ name, path, headers, status }) => again(name, [requestHead('GET', path, headers)], status)),
    ...reads.slice(0, 3).map(({ name, path, headers, status }) => again(`${name}, as a member`, [requestHead('GET', path, { ...headers, ...member })], status)),
    again('GraphQL package, 50 versions', graphql(authorization, packageQuery, { name: fiftyVersionsPackage }), 200),
    again('GraphQL package, 50 versions, as a member', graphql(member, packageQuery, { name: fiftyVersionsPackage }), 200),
    again('GraphQL 20 packages of a project', graphql(authorization, projectQuery, { path: listedProject }), 200),
    again('GraphQL 20 packages of a project, as a member', graphql(member, projectQuery, { path: listedProject }), 200),
    again('GraphQL first 20 events', graphql(authorization, '{ events(first: 20) { nodes { id type occurredAt } } }', {}), 200),
    once('publish npm 1 KB, new packages', 201, (number) => npm(`@bench/new-${number}`, '1.0.0')),
    once('publish npm 1 KB, next versions', 201, (number) => npm(`@bench/grows-${number % 8}`, `1.${number}.0`)),
    once('publish generic 1 KB', 201, (number) => genericPut(`generic/bench-put/1.${number}/file`, randomBytes(1024))),
  ];
}

/** Publishes next versions of the package that has most, which only the full one has, or first ones. */
export function publishing(port: number, count: number, isNext: boolean): Promise<LoadPlan> {
  const stamp = Date.now();
  const publish = (index: number) => (isNext ? npmPublish(largestPackage, `2.${stamp}.${index}`, 1024) : npmPublish(`@bench/first-${stamp}-${index}`, '1.0.0', 1024));
  return Promise.all(Array.from({ length: count }, (_, index) => publish(index))).then((requests) => ({ port, connections: 1, status: 201, until: { requests: count }, request: (index) => requests[index]?.pieces ?? [] }));
}

/** What people look for in a full registry. */
export function listSearches(member: Headers): Search[] {
  const list = (name: string, headers: Headers, variables: object): Search => ({ name, request: graphql(headers, searchQuery, variables) });
  const get = (name: string, path: string, headers: Headers = authorization): Search => ({ name, request: [requestHead('GET', path, headers)] });
  return [
    list('GraphQL list, first 20', authorization, {}),
    list('GraphQL list, first 20, as a member', member, {}),
    list('GraphQL list, last changed', authorization, { orderBy: { field: 'UPDATED_AT', direction: 'DESC' } }),
    list('GraphQL name contains "parser"', authorization, { filter: { nameContains: 'parser' } }),
    list('GraphQL name contains "parser", as a member', member, { filter: { nameContains: 'parser' } }),
    list('GraphQL name contains "parser-99999"', authorization, { filter: { nameContains: 'parser-99999' } }),
    list('GraphQL name contains nothing there is', authorization, { filter: { nameContains: 'nosuchthing' } }),
    get('npm search "parser"', `${npmPath}/-/v1/search?text=parser&size=20`),
    get('npm search "parser", as a member', `${npmPath}/-/v1/search?text=parser&size=20`, member),
    get('npm search of what is not there', `${npmPath}/-/v1/search?text=nosuchthing&size=20`),
    get('NuGet search "parser"', '/api/packages/nuget/v3/query?q=parser&take=20'),
    get('NuGet autocomplete "fast"', '/api/packages/nuget/v3/autocomplete?q=fast'),
  ];
}

const packageQuery = `query ($name: String!) {
  package(namespace: "", format: NPM, name: $name) { id name description versions(first: 50) { edges { node { id version status publishedAt files { id name sizeBytes sha256 } } } } }
}`;
const projectQuery = 'query ($path: String!) { namespace(path: $path) { id packages(first: 20) { nodes { id name format latestVersion { version publishedAt } } } } }';
const searchQuery = `query ($filter: PackageFilter, $orderBy: PackageOrder) {
  packages(first: 20, filter: $filter, orderBy: $orderBy) { nodes { id name format description } pageInfo { hasNextPage endCursor } }
}`;

function graphql(headers: Headers, query: string, variables: object): readonly Buffer[] {
  const body = Buffer.from(JSON.stringify({ query, variables }));
  return [requestHead('POST', '/graphql', { ...headers, 'content-type': 'application/json', accept: 'application/json', 'content-length': body.length }), body];
}

function genericPut(path: string, content: Buffer): readonly Buffer[] {
  return [requestHead('PUT', `/api/packages/${path}`, { ...authorization, 'content-length': content.length }), content];
}
