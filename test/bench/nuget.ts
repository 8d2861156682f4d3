import { randomBytes } from 'node:crypto';
import { form, formType } from '../support/multipart.ts';
import { dependencies, nupkg } from '../support/nupkg.ts';
import { authorization } from './data.ts';
import { fetchBytes } from './exchange.ts';
import { requestHead, runLoad } from './load.ts';
import type { Read } from './scenario.ts';

const path = '/api/packages/nuget';
const versions = 500;
const contentBytes = 10 * 1024;
const metadata = `<authors>Bench</authors><description>${'A library with much to say. '.repeat(10)}</description><tags>one two three</tags>${dependencies({ 'net6.0': { A: '1.0', B: '2.0' }, 'netstandard2.0': { A: '1.0', B: '2.0', C: '3.0' } })}`;

/** Fills a fresh registry with a package of 500 versions, and tells what to read of it. */
export async function nugetReads(port: number, smallTarget: number): Promise<Read[]> {
  const requests = [...Array(versions).keys()].map((number) => push(nupkg('Bench.Lib', `1.${number}.0`, { metadata, files: [{ path: 'content.bin', content: randomBytes(contentBytes), stored: true }] })));
  await runLoad({ port, connections: 4, status: 201, until: { requests: requests.length }, request: (index) => requests[index] ?? [] });
  const read = (name: string, file: string): Read => ({ name, path: `${path}/${file}`, headers: authorization, status: 200, target: smallTarget });
  const page = 'v3/registration-semver2/bench.lib/page/1.0.0/1.63.0.json';
  const { headers } = await fetchBytes(port, `${path}/${page}`, authorization);
  return [
    read('NuGet registration, 500 versions', 'v3/registration-semver2/bench.lib/index.json'),
    read('NuGet registration, a page of 64', page),
    { ...read('NuGet registration, a page, 304', page), headers: { ...authorization, 'if-none-match': headers.etag ?? '' }, status: 304 },
    read('NuGet versions, 500 of them', 'v3/flatcontainer/bench.lib/index.json'),
    read('NuGet v2 feed, a page of 100', "api/v2/FindPackagesById()?id='Bench.Lib'&semVerLevel=2.0.0"),
    read('NuGet package 10 KB', 'v3/flatcontainer/bench.lib/1.7.0/bench.lib.1.7.0.nupkg'),
  ];
}

function push(bytes: Buffer): Buffer[] {
  const body = form([{ name: 'package', fileName: 'package.nupkg', content: bytes }]);
  return [requestHead('PUT', `${path}/v3/package/`, { ...authorization, 'content-type': formType, 'content-length': body.length }), body];
}
