import { randomBytes } from 'node:crypto';
import { authorization } from './data.ts';
import { requestHead, runLoad } from './load.ts';
import type { Read } from './scenario.ts';

const path = '/api/packages/maven/org/bench/lib';
const versions = 500;
const jarBytes = 10 * 1024;

/** Fills a fresh registry with an artifact of 500 releases and one snapshot, and tells what to read of it. */
export async function mavenReads(port: number, smallTarget: number): Promise<Read[]> {
  const requests = [...Array(versions).keys()].flatMap((number) => [put(`1.${number}/lib-1.${number}.jar`, randomBytes(jarBytes)), put(`1.${number}/lib-1.${number}.pom`, pomOf(`1.${number}`))]);
  for (let build = 1; build <= 20; build++) requests.push(put(`2-SNAPSHOT/lib-2-202601${String(build).padStart(2, '0')}.000000-${build}.jar`, randomBytes(jarBytes)));
  await runLoad({ port, connections: 4, status: 201, until: { requests: requests.length }, request: (index) => requests[index] ?? [] });
  const read = (name: string, file: string): Read => ({ name, path: `${path}/${file}`, headers: authorization, status: 200, target: smallTarget });
  return [
    read('Maven artifact 10 KB', '1.7/lib-1.7.jar'),
    read('Maven checksum', '1.7/lib-1.7.jar.sha1'),
    read('Maven metadata, 500 versions', 'maven-metadata.xml'),
    read('Maven metadata, snapshot', '2-SNAPSHOT/maven-metadata.xml'),
  ];
}

function put(file: string, body: Buffer): Buffer[] {
  return [requestHead('PUT', `${path}/${file}`, { ...authorization, 'content-length': body.length }), body];
}

function pomOf(version: string): Buffer {
  const dependency = '<dependency><groupId>org.bench</groupId><artifactId>other</artifactId><version>1.0</version></dependency>';
  return Buffer.from(`<project><modelVersion>4.0.0</modelVersion><groupId>org.bench</groupId><artifactId>lib</artifactId><version>${version}</version><dependencies>${dependency.repeat(10)}</dependencies></project>`);
}
