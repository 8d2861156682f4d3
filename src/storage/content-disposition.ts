/**
 * The value of a `Content-Disposition` header (RFC 6266, https://www.rfc-editor.org/rfc/rfc6266#section-4.3). Names outside
 * ASCII also get `filename*` (RFC 8187), which current clients prefer; `filename` then carries a readable substitute.
 * Control characters and path separators are replaced, so no name can end the header or point into another folder.
 */
export function contentDisposition(type: 'attachment' | 'inline', fileName: string): string {
  const name = fileName.toWellFormed().replace(/[\u0000-\u001f\u007f-\u009f/\\]/g, '_');
  const ascii = name.replace(/[^\u0020-\u007e]/g, '_').replace(/"/g, '\\"');
  // Some clients decode %xx in a plain filename; filename* leaves them no choice.
  const plain = /^[\u0020-\u007e]*$/.test(name) && !/%[0-9a-f]{2}/i.test(name);
  return plain ? `${type}; filename="${ascii}"` : `${type}; filename="${ascii}"; filename*=UTF-8''${encodeExtended(name)}`;
}

/** RFC 8187 leaves fewer characters bare than `encodeURIComponent` does. */
function encodeExtended(name: string): string {
  return encodeURIComponent(name).replace(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
