import { importFrom } from './backup/import.ts';
import { checkCommand } from './check-command.ts';
import type { Core } from './core.ts';

/** What `entrepot import` was told. */
export interface ImportCommandOptions {
  continue?: boolean;
  'keep-webhooks'?: boolean;
  unchecked?: boolean;
}

/** Imports a file and looks whether all is right, the content in the store included. Returns the exit code: 1 where something is not. */
export async function importCommand(core: Core, file: string, options: ImportCommandOptions, print: (line: string) => void): Promise<number> {
  const rows = await importFrom(core, file, { continues: options.continue ?? false, keepsWebhooks: (options.continue || options['keep-webhooks']) ?? false });
  for (const [table, count] of Object.entries(rows)) if (count > 0) print(`${table}: ${count}`);
  return options.unchecked ? 0 : checkCommand(core, {}, print);
}
