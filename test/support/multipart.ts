/** A part of a form. Header lines that are given replace those that are made of the other fields. */
export interface FormPart {
  name: string;
  content: string | Buffer;
  fileName?: string;
  headers?: readonly string[];
}

export const formBoundary = 'a-boundary-of-tests';

/** The Content-Type of {@link form}. */
export const formType = `multipart/form-data; boundary=${formBoundary}`;

/** A `multipart/form-data` body of these parts (RFC 7578). */
export function form(parts: readonly FormPart[], around: { before?: string; after?: string } = {}): Buffer {
  const pieces: (string | Buffer)[] = [around.before ?? ''];
  for (const { name, content, fileName, headers } of parts) {
    const own = [`Content-Disposition: form-data; name="${name}"${fileName === undefined ? '' : `; filename="${fileName}"`}`];
    pieces.push(`--${formBoundary}\r\n${(headers ?? own).join('\r\n')}\r\n\r\n`, content, '\r\n');
  }
  pieces.push(`--${formBoundary}--\r\n${around.after ?? ''}`);
  return Buffer.concat(pieces.map((piece) => Buffer.from(piece)));
}
