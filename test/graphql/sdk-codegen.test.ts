import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate } from '@graphql-codegen/cli';
import { expect, it } from 'vitest';
import config from '../../codegen.ts';

const root = join(import.meta.dirname, '../..');

it('the SDK is the one that the schema and its documents make: else run `npm run codegen`', async () => {
  const files: { filename: string; content: string }[] = await generate({ ...config, cwd: root, silent: true }, false);
  expect(files.map(({ filename }) => filename)).toEqual(['schema/sdk/operations.generated.ts']);
  for (const { filename, content } of files) expect(await readFile(join(root, filename), 'utf8')).toBe(content);
});
