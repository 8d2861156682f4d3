/** How much there is to be. */
export interface Sizes {
  packages: number;
  /** Of all packages together. */
  versions: number;
  /** Namespaces, in one tree of three levels. */
  nodes: number;
  members: number;
  /** Versions of the one package that has most. */
  largest: number;
}

/** A registry of a large company: what it is like when it is full. */
export const fullSizes: Sizes = { packages: 100_000, versions: 1_000_000, nodes: 2_000, members: 5_000, largest: 5_000 };
