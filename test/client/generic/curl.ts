import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { password, type Person, type Registry } from '../../support/app.ts';
import { requireClient } from '../../support/environment/requirements.ts';
import { freshFolder } from '../../support/environment/temporary.ts';
import { type ClientResult, runClient } from '../run-client.ts';

/** How a caller proves who it is: a token as Basic password, in a Bearer or Private-Token header, or the user's password. */
export type Proof = 'basic token' | 'bearer' | 'private-token' | 'password';

/** curl in a folder of its own. */
export interface Curl {
  /** The folder in which it runs. */
  folder: string;
  /** Below it lie packages: `{url}/{package}/{version}/{path}`. */
  url: string;
  /** Runs it without progress, but with its error messages. */
  run(...args: string[]): Promise<ClientResult>;
}

/** Sets curl up for somebody at a namespace; skips the test where it is missing. */
export async function openCurl(context: TestContext, app: Registry, as: Person, at: string, proof: Proof = 'basic token'): Promise<Curl> {
  const program = requireClient(context, 'curl');
  const { path: folder } = await freshFolder();
  const credential = as === 'anonymous' ? [] : proofOf(as, app.secrets[as], proof);
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder };
  return {
    folder,
    url: `${app.url}/api/packages/${at}/generic`,
    run: (...args) => runClient(program, ['--silent', '--show-error', ...credential, ...args], { cwd: folder, env }),
  };
}

function proofOf(user: string, secret: string, proof: Proof): string[] {
  switch (proof) {
    case 'basic token':
      return ['--user', `${user}:${secret}`];
    case 'password':
      return ['--user', `${user}:${password}`];
    case 'bearer':
      return ['--header', `Authorization: Bearer ${secret}`];
    case 'private-token':
      return ['--header', `Private-Token: ${secret}`];
  }
}

/** Writes a file of random bytes into a folder and returns them. */
export async function randomFile(folder: string, name: string, sizeBytes: number): Promise<Buffer> {
  const bytes = randomBytes(sizeBytes);
  await writeFile(join(folder, name), bytes);
  return bytes;
}
