import { InvalidInput, UnsupportedMediaType } from '../../src/errors.ts';

/** What stands before the content of a part. */
export interface PartHeader {
  name: string;
  /** Set where the part says that it is a file; as the client wrote it, without any path taken off. */
  fileName?: string;
  contentType?: string;
  isBase64: boolean;
}

/** The boundary in a `multipart/form-data` Content-Type (RFC 2046 §5.1.1). Throws UnsupportedMediaType, InvalidInput. */
export function boundaryOf(contentType: string | undefined): string {
  if (contentType === undefined || !/^multipart\/form-data\s*(?:;|$)/i.test(contentType)) throw new UnsupportedMediaType('Send the body as multipart/form-data.');
  const boundary = parameters(contentType.slice(contentType.indexOf(';') + 1)).get('boundary');
  if (boundary === undefined || !/^[\x20-\x7e]{1,200}$/.test(boundary)) throw malformed('its Content-Type names no boundary');
  return boundary;
}

/**
 * Parses the header lines of a part (RFC 7578 §4.2), without the empty line behind them: names may be quoted or not, a file name may be given as `filename*`
 * (RFC 8187). Throws InvalidInput, also for a header that comes twice.
 */
export function parsePartHeader(bytes: Buffer): PartHeader {
  const headers = new Map<string, string>();
  for (const line of decodeUtf8(bytes).split('\r\n')) {
    const [, field = '', value = ''] = /^([!-9;-~]+):([^\r\n\0]*)$/.exec(line) ?? [];
    if (field === '' || headers.has(field.toLowerCase())) throw malformed('a header of a part is malformed');
    headers.set(field.toLowerCase(), value.trim());
  }
  const disposition = headers.get('content-disposition') ?? '';
  if (!/^form-data\s*(?:;|$)/i.test(disposition)) throw malformed('a part is no form-data');
  const given = parameters(disposition.slice('form-data'.length).replace(/^\s*;/, ''));
  const name = given.get('name');
  if (name === undefined) throw malformed('a part has no name');
  const extended = given.get('filename*');
  const fileName = extended === undefined ? given.get('filename') : decodeExtended(extended);
  const contentType = headers.get('content-type');
  const encoding = (headers.get('content-transfer-encoding') ?? 'binary').toLowerCase();
  if (!['7bit', '8bit', 'binary', 'base64'].includes(encoding)) throw malformed('a part has an encoding that is not known here');
  return { name, isBase64: encoding === 'base64', ...(fileName === undefined ? {} : { fileName }), ...(contentType === undefined ? {} : { contentType }) };
}

export function malformed(why: string): InvalidInput {
  return new InvalidInput('body', `The body is not valid multipart/form-data: ${why}.`);
}

/** `name=value; name="value"`; in quotes a backslash escapes a quote or a backslash, and is itself before anything else, as in paths of Windows. */
function parameters(text: string): Map<string, string> {
  const found = new Map<string, string>();
  const parameter = /([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"\s*|([^\s;"]+)\s*|)(?:;|$)/suy;
  let rest = text.trim();
  while (rest !== '') {
    parameter.lastIndex = 0;
    const match = parameter.exec(rest);
    if (match === null) throw malformed('the parameters of a header are malformed');
    const [whole, name = '', quoted, plain = ''] = match;
    if (found.has(name.toLowerCase())) throw malformed('a parameter of a header is given twice');
    found.set(name.toLowerCase(), quoted === undefined ? plain : quoted.replace(/\\(["\\])/g, '$1'));
    rest = rest.slice(whole.length).trim();
  }
  return found;
}

function decodeExtended(value: string): string {
  const encoded = /^utf-8'[^']*'(.*)$/is.exec(value)?.[1];
  if (encoded === undefined) throw malformed('a file name is in an encoding other than UTF-8');
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw malformed('a file name is not percent-encoded UTF-8');
  }
}

export function decodeUtf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw malformed('it has text that is not UTF-8');
  }
}
