import { formType } from '../support/multipart.ts';
import { uploadForm, wheel } from '../support/python-files.ts';
import { authorization } from './data.ts';
import { fetchBytes } from './exchange.ts';
import { requestHead, runLoad } from './load.ts';
import type { Read } from './scenario.ts';

const path = '/api/packages/pypi';
const files = 500;
const jsonType = 'application/vnd.pypi.simple.v1+json';

/** Fills a fresh registry with a project of 500 wheels, five to a version, and tells what to read of it. */
export async function pypiReads(port: number, smallTarget: number): Promise<Read[]> {
  const requests = [...Array(files).keys()].map((index) => upload(`1.${Math.floor(index / 5)}`, `cp3${8 + (index % 5)}-abi3-manylinux_2_28_x86_64`));
  await runLoad({ port, connections: 4, status: 200, until: { requests: requests.length }, request: (index) => requests[index] ?? [] });
  const page = `${path}/simple/bench/`;
  const json = { ...authorization, accept: `${jsonType}, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01`, 'accept-encoding': 'gzip' };
  const html = { ...authorization, accept: 'text/html', 'accept-encoding': 'gzip' };
  const { headers } = await fetchBytes(port, page, json);
  return [
    { name: 'simple page 500 files, HTML', path: page, headers: html, status: 200, target: smallTarget },
    { name: 'simple page 500 files, JSON', path: page, headers: json, status: 200, target: smallTarget },
    { name: 'simple page 500 files, 304', path: page, headers: { ...json, 'if-none-match': String(headers.etag) }, status: 304, target: smallTarget },
    { name: 'wheel metadata', path: `${path}/files/bench/1.7/bench-1.7-cp38-abi3-manylinux_2_28_x86_64.whl.metadata`, headers: authorization, status: 200 },
  ];
}

function upload(version: string, tag: string): Buffer[] {
  const headers = ['Summary: A project that exists to be measured', 'Requires-Python: >=3.8', ...Array.from({ length: 12 }, (_, index) => `Requires-Dist: dependency-${index}>=${index}`)];
  const body = uploadForm(wheel({ name: 'bench', version, tag, headers }), { name: 'bench', version });
  return [requestHead('POST', `${path}/legacy/`, { ...authorization, 'content-type': formType, 'content-length': body.length }), body];
}
