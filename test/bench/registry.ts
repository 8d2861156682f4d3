import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { adminToken } from './data.ts';
import { type Measured, outputOf, startMeasured } from './processes.ts';
import type { Backend, Environment } from './scenario.ts';

/** A registry that is measured. */
export interface Started {
  process: Measured;
  /** `http://host:port`. */
  url: string;
  port: number;
  /** What it was started with. */
  env: { DATA_DIR: string; DATABASE_URL?: string };
}

/** Starts a registry on a backend, with its files in a folder; those with the same folder and a MySQL share both. */
export async function startRegistry(backend: Backend, { placement, workspace, effort }: Environment, folder: string): Promise<Started> {
  await mkdir(folder, { recursive: true });
  const env = {
    PORT: '0',
    HOST: '127.0.0.1',
    LOG_LEVEL: 'warn',
    DATA_DIR: join(folder, 'data'),
    ENTREPOT_ADMIN_TOKEN: adminToken,
    ...(backend.mysqlUrl === undefined ? {} : { DATABASE_URL: backend.mysqlUrl }),
  };
  const process = startMeasured({ placement, workspace, args: ['src/main.ts', 'serve'], env, nodeOptions: effort.nodeOptions });
  const [, url = ''] = await outputOf(process, /Entrepot is at (http:\/\/[^ ]+)/);
  return { process, url, port: Number(new URL(url).port), env };
}
