import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePort, waitUntil } from '../support/environment/services.ts';
import { endProcess, type Place, type Running, startPinned } from './processes.ts';

/** Starts nginx as a single process that serves the files of `folder` with sendfile. */
export async function startNginx(place: Place, program: string, folder: string): Promise<Running & { port: number }> {
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
  const child = startPinned(place, program, ['-p', folder, '-e', 'stderr', '-c', configuration]);
  await waitUntil(child, 10, async () => 'see above', () => answers(port));
  return { port, pid: child.pid ?? 0, stop: () => endProcess(child) };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
