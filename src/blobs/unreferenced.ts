/** The condition on rows of `stored_blob` that nothing names them. */
export const isUnreferenced =
  'NOT EXISTS (SELECT 1 FROM file f WHERE f.sha256 = stored_blob.sha256) AND NOT EXISTS (SELECT 1 FROM held_content h WHERE h.sha256 = stored_blob.sha256)';
