/** Header fields by name in lower case, each with its values in order, and what stands behind the empty line. */
export interface HeaderText {
  headers: Map<string, string[]>;
  body: string;
}

/**
 * Parses text in the form of mail headers as Python's own parser does (https://docs.python.org/3/library/email.parser.html, policy `compat32`): a line that begins
 * with white space continues the value before it; the headers end at an empty line, or at a line that is none. Never throws; takes time in proportion to the text.
 */
export function parseHeaders(text: string): HeaderText {
  const headers = new Map<string, string[]>();
  const line = /([^\r\n]*)(\r\n|\r|\n|$)/y;
  let at = 0;
  let current: string[] | undefined;
  while (at < text.length) {
    line.lastIndex = at;
    const [whole = '', content = ''] = line.exec(text) ?? [];
    if (content === '') return { headers: finished(headers), body: text.slice(at + whole.length) };
    const field = /^([!-9;-~]+):[ \t]*/.exec(content);
    if (/^[ \t]/.test(content)) {
      current?.push(`${current.pop() ?? ''}\n${content}`);
    } else if (field) {
      const [prefix = '', name = ''] = field;
      current = headers.get(name.toLowerCase()) ?? [];
      headers.set(name.toLowerCase(), current);
      current.push(content.slice(prefix.length));
    } else {
      return { headers: finished(headers), body: text.slice(at) };
    }
    at += whole.length;
  }
  return { headers: finished(headers), body: '' };
}

/** Takes the indentation off continued lines: `       |`, eight spaces, or whatever there is. */
function finished(headers: Map<string, string[]>): Map<string, string[]> {
  for (const [name, values] of headers) headers.set(name, values.map((value) => value.replace(/\n(?: {7}\|| {8}|[ \t]+)/g, '\n').trim()));
  return headers;
}
