import { createHash } from 'node:crypto';
import { Agent } from 'node:http';
import { ask, nameOf } from './ask.ts';

/** A file of the registry, and what its bytes are. */
export interface KnownFile {
  path: string;
  sha256: string;
}

/** A version that was acknowledged, with its file. */
export interface Published extends KnownFile {
  name: string;
  version: string;
}

/** Reads every file that was published; what is not there, or has other bytes, comes back in words. */
export async function readAll(url: string, files: readonly KnownFile[]): Promise<string[]> {
  const problems: string[] = [];
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const left = [...files];
  const read = async () => {
    for (let file = left.pop(); file; file = left.pop()) {
      const { path, sha256 } = file;
      const answer = await ask({ url, path, agent }).catch((error: unknown) => nameOf(error));
      if (typeof answer === 'string') problems.push(`${path}: ${answer}`);
      else if (answer.status !== 200) problems.push(`${path}: ${answer.status}`);
      else if (createHash('sha256').update(answer.body).digest('hex') !== sha256) problems.push(`${path}: other bytes than were published`);
    }
  };
  await Promise.all(Array.from({ length: 16 }, read));
  agent.destroy();
  return problems;
}
