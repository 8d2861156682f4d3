import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { findProgram } from '../support/environment/commands.ts';
import { freePort, waitUntil } from '../support/environment/services.ts';
import type { Workspace } from '../support/environment/workspace.ts';
import { type Placement, startPinned } from './processes.ts';

/** Starts nginx as a single process that serves the files of `folder` with sendfile. Undefined where it is not installed. */
export async function startNginx(placement: Placement, workspace: Workspace, folder: string): Promise<{ port: number; stop(): void } | undefined> {
  const program = await findProgram('nginx');
  if (program === null) return undefined;
  const port = await freePort();
  const configuration = join(folder, 'nginx.conf');
  const scratch = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/nginx-${name};`).join(' ');
  await writeFile(
    configuration,
    `daemon off; master_process off; pid ${folder}/nginx.pid; error_log stderr crit;
events { worker_connections 256; }
http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; ${scratch}
  server { listen 127.0.0.1:${port}; root ${folder}; } }
`,
  );
  const child = startPinned(placement, workspace, program, ['-p', folder, '-e', 'stderr', '-c', configuration]);
  await waitUntil(child, 10, async () => 'see above', () => answers(port));
  return { port, stop: () => void child.kill('SIGTERM') };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
