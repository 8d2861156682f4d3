import type { ClientName } from './environment/clients.ts';

declare module 'vitest' {
  /** What the environment tells the tests; read with `inject('mariadbUrl')` and so on. */
  export interface ProvidedContext {
    /** A MariaDB server of this run, as a user that may do anything, without a database; undefined when it is missing. */
    mariadbUrl: string | undefined;
    /** The Google Cloud Storage emulator of this run, e.g. `http://127.0.0.1:4443`; undefined when it is missing. */
    gcsEndpoint: string | undefined;
    /** The program of nginx; undefined when it is missing. */
    nginx: string | undefined;
    /** The real clients' programs; one that is missing is undefined. */
    clients: Partial<Record<ClientName, string>>;
    /** What could not be had, each `tool: reason`. */
    missing: string[];
    /** The folder of this run's files, removed when it ends. */
    workspace: string;
  }
}
