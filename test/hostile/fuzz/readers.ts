import { parseChartConfig, parseImageConfig } from '../../../shims/oci/config.ts';
import { inspectAll } from '../../../shims/oci/inspect.ts';
import { shims } from '../../../shims/index.ts';
import { EntrepotError } from '../../../src/errors.ts';
import { digestOf } from '../../support/oci-image.ts';
import { uploadedBytes } from '../../support/uploaded.ts';
import { imageContent } from './samples.ts';

/** Reads a file as its format does when it is published; tells what came of it. Throws whatever is no refusal. */
export async function readAs(format: string, fileName: string, bytes: Buffer): Promise<string> {
  try {
    const facts = format === 'oci' ? await readImage(fileName, bytes) : await shimOf(format).format.inspect(uploadedBytes(bytes, fileName), targetOf(format), [uploadedBytes(bytes, fileName)]);
    // Facts become JSON in the database.
    JSON.stringify(facts);
    return 'taken';
  } catch (error) {
    if (error instanceof EntrepotError && error.status < 500) return error.code;
    throw error;
  }
}

function shimOf(format: string) {
  const shim = shims.find((each) => each.format.id === format);
  if (!shim) throw new Error(`no such format: ${format}`);
  return shim;
}

function targetOf(format: string) {
  if (format === 'maven') return { name: 'org.acme:lib-plugin', version: '1.0' };
  return format === 'generic' ? { name: 'a', version: '1' } : {};
}

async function readImage(fileName: string, bytes: Buffer): Promise<unknown> {
  if (fileName === 'config') return [parseImageConfig(bytes), parseChartConfig(bytes)];
  const content = new Map(imageContent.map((blob) => [digestOf(blob), uploadedBytes(Buffer.from(blob))]));
  return inspectAll([uploadedBytes(bytes)], { name: 'lib' }, async (digest) => content.get(digest));
}
