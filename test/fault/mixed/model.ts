/** Names of files, each with its SHA-256. */
export type Files = Record<string, string>;

/** What everybody must see of a package: its versions with their files, and the tag that tests move. */
export interface Shown {
  versions: Record<string, Files>;
  tag: string | null;
}

/** A package as its only client knows it. */
export interface Model extends Shown {
  /** Versions that were deleted and may be restored. */
  buried: Record<string, Buried>;
  /** The versions that were deleted with the package, where the last deletion was that of all of it. */
  deletedWhole: string[] | null;
}

interface Buried {
  files: Files;
  hadTag: boolean;
  /** When the deletion was asked for, in milliseconds since the epoch; it came later. */
  at: number;
}

/** A package of which nothing was published yet. */
export const emptyModel: Model = { versions: {}, tag: null, buried: {}, deletedWhole: null };

/** What must be seen of a package. */
export function shownOf({ versions, tag }: Model): Shown {
  return { versions, tag };
}

/** With a file more, in a version that is there or not. */
export function withFile(model: Model, version: string, files: Files, movesTag: boolean): Model {
  return { ...model, versions: { ...model.versions, [version]: { ...model.versions[version], ...files } }, tag: movesTag ? version : model.tag, deletedWhole: null };
}

/** Without these versions; `isWhole`: the package was deleted with them. */
export function withoutVersions(model: Model, gone: readonly string[], at: number, isWhole: boolean): Model {
  const next = structuredClone(model);
  for (const version of gone) {
    next.buried[version] = { files: next.versions[version] ?? {}, hadTag: model.tag === version, at };
    delete next.versions[version];
  }
  if (model.tag !== null && gone.includes(model.tag)) next.tag = null;
  next.deletedWhole = isWhole ? [...gone] : null;
  return next;
}

/** With these versions back, and the tag that one of them had, unless it was set meanwhile. */
export function withRestored(model: Model, back: readonly string[]): Model {
  const next = structuredClone(model);
  for (const version of back) {
    const buried = next.buried[version];
    if (!buried) continue;
    next.versions[version] = buried.files;
    if (buried.hadTag) next.tag ??= version;
    delete next.buried[version];
  }
  next.deletedWhole = null;
  return next;
}

/** Without what was deleted and can be restored no more. */
export function withoutBuried(model: Model, gone: readonly string[]): Model {
  const next = structuredClone(model);
  for (const version of gone) delete next.buried[version];
  next.deletedWhole = null;
  return next;
}
