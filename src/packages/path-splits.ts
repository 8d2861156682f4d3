import type { Node } from '../access/decide.ts';
import { batched } from '../db/batch.ts';
import { isIn } from '../db/condition.ts';
import type { Database } from '../db/database.ts';
import { headColumns, headOf, type HeadRow, type PackageHead } from './heads.ts';

/** One way to read a path that is written as one: the path of a namespace, and the normalised name of a package behind it. */
export interface PathSplit {
  format: string;
  namespacePath: string;
  normalizedName: string;
}

/** The namespace of a split, and the package of that name in just that node. */
export interface SplitPlace {
  node: Node & { path: string };
  claim: PackageHead | undefined;
}

type Row = Pick<HeadRow, 'path' | 'lineage' | 'visibility' | 'is_pull_open' | 'disabled_formats'> & ({ id: null } | HeadRow);

/** Looks up what splits lead to, those of one turn of the event loop by one statement; undefined: there is no such namespace. Made once by `openCore`. */
export function splitFinder(database: Database): (split: PathSplit) => Promise<SplitPlace | undefined> {
  const idOf = ({ format, namespacePath, normalizedName }: PathSplit) => `${format} ${namespacePath} ${normalizedName}`;
  return batched(idOf, async (splits) => {
    // Any namespace with any format and name: a little more than was asked for, where several were.
    const conditions = [
      isIn('p.format', [...new Set(splits.map(({ format }) => format))]),
      isIn('p.normalized_name', [...new Set(splits.map(({ normalizedName }) => normalizedName))]),
      isIn('n.path', [...new Set(splits.map(({ namespacePath }) => namespacePath))]),
    ];
    const [format, name, node] = conditions.map(({ sql }) => sql);
    const rows: Row[] = await database.reads.query(
      `SELECT ${headColumns} FROM namespace n LEFT JOIN package p ON p.namespace_id = n.id AND ${format} AND ${name} WHERE ${node}`,
      conditions.flatMap(({ parameters }) => parameters),
    );
    const nodes = Map.groupBy(rows, ({ path }) => path);
    return new Map(splits.flatMap((split) => {
      const place = placeOf(split, nodes.get(split.namespacePath));
      return place ? [[idOf(split), place]] : [];
    }));
  });
}

function placeOf({ format, normalizedName }: PathSplit, rows: readonly Row[] = []): SplitPlace | undefined {
  const [first] = rows;
  if (!first) return undefined;
  const { path, lineage, visibility, is_pull_open: isPullOpen, disabled_formats: disabledFormats } = first;
  const claim = rows.find((row): row is HeadRow => row.id !== null && row.format === format && row.normalized_name === normalizedName);
  return { node: { path, lineage, visibility, isPullOpen: Boolean(isPullOpen), disabledFormats }, claim: claim && headOf(claim) };
}
