import { inject, type TestContext } from 'vitest';
import type { ClientName } from './clients.ts';

/** The services of the environment, by the names that `missing` uses. */
export type ServiceName = 'mariadb' | 'fake-gcs-server';

/** Whether a service of the environment runs. */
export function isRunning(service: ServiceName): boolean {
  return inject(service === 'mariadb' ? 'mariadbUrl' : 'gcsEndpoint') !== undefined;
}

/** Why a tool or service is not there, as the output shows it: `skipped, tool X missing (reason)`. */
export function missingReason(tool: ClientName | ServiceName | 'nginx'): string {
  const reason = inject('missing').find((line) => line.startsWith(`${tool}: `))?.slice(tool.length + 2);
  return `skipped, tool ${tool} missing (${reason ?? 'not provided'})`;
}

/** The program of a real client; skips the test with the reason in the output when it is missing. */
export function requireClient(context: TestContext, name: ClientName): string {
  return inject('clients')[name] ?? context.skip(missingReason(name));
}

/** The MariaDB server's URL; skips the test when it is missing. */
export function requireMariadb(context: TestContext): string {
  return inject('mariadbUrl') ?? context.skip(missingReason('mariadb'));
}

/** The storage emulator's endpoint; skips the test when it is missing. */
export function requireEmulator(context: TestContext): string {
  return inject('gcsEndpoint') ?? context.skip(missingReason('fake-gcs-server'));
}
