/** Bounds of what an archive unpacks to. */
export interface UnpackedLimits {
  /** Unpacked bytes whatever the packed ones are. */
  maxUnpackedBytes: number;
  /** Unpacked bytes per packed byte, once there are more than `freeUnpackedBytes`: a bomb dies by its size on arrival. */
  maxRatio: number;
  freeUnpackedBytes: number;
}

/** To how much so many packed bytes may unpack. */
export function mostUnpacked(packedBytes: number, { maxUnpackedBytes, maxRatio, freeUnpackedBytes }: UnpackedLimits): number {
  return Math.min(maxUnpackedBytes, Math.max(freeUnpackedBytes, packedBytes * maxRatio));
}

/**
 * The size of the pieces to unpack so much in. Memory outside the heap counts for the engine, which collects all garbage when enough has come of it; with large
 * pieces for small packages that is a fifth of what a publish costs.
 */
export function pieceBytes(unpackedBytes: number): number {
  return Math.min(64 * 1024, Math.max(4 * 1024, unpackedBytes));
}
