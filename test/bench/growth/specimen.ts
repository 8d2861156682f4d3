import type { Core } from '../../../src/core.ts';
import type { Format } from '../../../src/formats/format.ts';
import type { Row } from './rows.ts';

/** A package that was published, as its rows are; what differs in each copy is replaced. */
export interface Specimen {
  format: Format;
  package: Row;
  version: Row;
  file: Row;
  event: Row;
  /** Of its file. */
  sizeBytes: number;
  /** What the file of a copy is called. */
  fileName(name: string, version: string): string;
}

/** One package of each format that there is, with one version, one file of it, and its event. */
export async function loadSpecimens(core: Core): Promise<Specimen[]> {
  const { reads } = core.database;
  const specimens: Specimen[] = [];
  const formats: { format: string }[] = await reads.query('SELECT DISTINCT format FROM package ORDER BY format');
  for (const { format } of formats) {
    // Versions that are named by their content have no copies.
    if (core.formats.get(format).duplicates === 'impossible') continue;
    const [owner]: Row[] = await reads.query('SELECT * FROM package WHERE format = ? ORDER BY id LIMIT 1', [format]);
    const [version]: Row[] = await reads.query('SELECT * FROM version WHERE package_id = ? ORDER BY id LIMIT 1', [owner?.['id']]);
    const [file]: Row[] = await reads.query('SELECT * FROM file WHERE version_id = ? ORDER BY size_bytes DESC LIMIT 1', [version?.['id']]);
    const [event]: Row[] = await reads.query('SELECT * FROM event WHERE version_id = ? ORDER BY seq LIMIT 1', [version?.['id']]);
    if (!owner || !version || !file || !event) throw new Error(`no whole package of ${format} is there to copy`);
    const sizeBytes = Number(file['size_bytes']);
    // MariaDB numbers them as they are written.
    const { place: _place, ...copied } = event;
    const [known, knownVersion] = [String(owner['name']), String(version['version'])];
    const last = (name: string) => name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf(':')) + 1);
    specimens.push({
      format: core.formats.get(format),
      package: owner,
      version: { ...version, size_bytes: sizeBytes },
      file,
      event: copied,
      sizeBytes,
      fileName: (name, copy) => String(file['name']).replaceAll(last(known), last(name)).replaceAll(knownVersion, copy),
    });
  }
  return specimens;
}
