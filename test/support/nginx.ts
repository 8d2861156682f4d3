import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lastingPort, logTail, openLog, waitUntil } from './environment/services.ts';
import { freshFolder } from './environment/temporary.ts';

const readme = join(import.meta.dirname, '..', '..', 'README.md');

/** nginx in front of two servers. */
export interface Nginx {
  /** `http://127.0.0.1:port`. */
  url: string;
  close(): Promise<void>;
}

/**
 * Starts nginx with the configuration that README shows, word by word but for the addresses: those of the servers and its own. Around it
 * is only what every nginx has in its main file.
 */
export async function startNginx(program: string, serverUrls: readonly string[]): Promise<Nginx> {
  const port = await lastingPort();
  const { path: folder, remove } = await freshFolder();
  const scratch = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  await Promise.all(scratch.map((name) => mkdir(join(folder, name))));
  const configuration = await readConfiguration({
    'listen 80;': `listen 127.0.0.1:${port};`,
    '10.0.0.1:4000': new URL(serverUrls[0] ?? '').host,
    '10.0.0.2:4000': new URL(serverUrls[1] ?? '').host,
  });
  await writeFile(
    join(folder, 'nginx.conf'),
    `daemon off; master_process off; pid ${folder}/pid; events {}
http { access_log off; ${scratch.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
${configuration}}
`,
  );
  const log = join(folder, 'log');
  const child = spawn(program, ['-p', folder, '-e', 'stderr', '-c', join(folder, 'nginx.conf')], { stdio: ['ignore', openLog(log), openLog(log)] });
  const url = `http://127.0.0.1:${port}`;
  const ended = once(child, 'exit');
  await waitUntil(child, 10, () => logTail(log), async () => (await fetch(`${url}/healthz`)).status < 600);
  return {
    url,
    async close() {
      child.kill('SIGTERM');
      await ended;
      await remove();
    },
  };
}

async function readConfiguration(replacements: Record<string, string>): Promise<string> {
  const text = /^```nginx\n([^]*?)^```$/m.exec(await readFile(readme, 'utf8'))?.[1];
  if (text === undefined) throw new Error('README has no configuration of nginx.');
  return Object.entries(replacements).reduce((configuration, [shown, own]) => {
    const parts = configuration.split(shown);
    if (parts.length !== 2) throw new Error(`"${shown}" must be in the configuration once.`);
    return parts.join(own);
  }, text);
}
