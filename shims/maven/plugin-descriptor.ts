import { InvalidPackage } from '../../src/errors.ts';
import type { UploadedFile } from '../../src/formats/format.ts';
import { childText, parseXml } from '../kit/xml.ts';
import { readZip } from '../kit/zip.ts';

const path = 'META-INF/maven/plugin.xml';
const maxBytes = 4 * 1024 * 1024;
/** A plugin's jar holds little more than its own classes. */
const maxJarBytes = 64 * 1024 * 1024;

/**
 * The prefix of a Maven plugin as its descriptor has it (https://maven.apache.org/ref/3.9.9/maven-plugin-api/plugin.html), which is right also where the
 * POM leaves it to a parent. Undefined where the jar is none of a plugin, or cannot be read: a repository takes any bytes as a jar.
 */
export async function goalPrefixOf(jar: UploadedFile): Promise<string | undefined> {
  if (jar.sizeBytes > maxJarBytes) return undefined;
  try {
    const archive = await readZip(jar);
    const entry = archive.entries.find((candidate) => candidate.path === path);
    return entry && childText(parseXml(await archive.read(entry, maxBytes), { what: 'The descriptor of the plugin' }), 'goalPrefix');
  } catch (error) {
    if (error instanceof InvalidPackage) return undefined;
    throw error;
  }
}
