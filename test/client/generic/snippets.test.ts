import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { genericFormat } from '../../../shims/generic/format.ts';
import { requireClient } from '../../support/environment/requirements.ts';
import { findProgram } from '../../support/environment/commands.ts';
import { freshFolder } from '../../support/environment/temporary.ts';
import { overBackends } from '../over-backends.ts';
import { runClient } from '../run-client.ts';
import { codeOf } from '../snippet.ts';
import { randomFile } from './curl.ts';

overBackends((registry) => {
  const setup = () => genericFormat.setup({ url: `${registry().url}/api/packages/acme/widgets/generic`, package: 'pasted', version: '1.0' });
  const paste = async (folder: string, code: string) => {
    const token = codeOf(setup(), 'configure', 'Token').replace('<your token>', registry().secrets.developer);
    const env = { PATH: process.env['PATH'] ?? '', HOME: folder, LC_ALL: 'C' };
    return runClient('/bin/sh', ['-c', `${token}\n${code.replaceAll('<file>', 'tool.bin')}`], { cwd: folder, env });
  };

  it.for(['curl', 'wget'])('curl publishes and %s installs as the snippets say', async (program, context) => {
    requireClient(context, 'curl');
    if ((await findProgram(program)) === null) context.skip(`skipped, tool ${program} missing (not on the PATH)`);
    const [from, to] = [(await freshFolder()).path, (await freshFolder()).path];
    const bytes = await randomFile(from, 'tool.bin', 100_000);
    expect(await paste(from, codeOf(setup(), 'publish', 'curl'))).toMatchObject({ code: 0 });
    expect(await paste(to, codeOf(setup(), 'install', program))).toMatchObject({ code: 0 });
    expect((await readFile(join(to, 'tool.bin'))).equals(bytes)).toBe(true);
  });
});
