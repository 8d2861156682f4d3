/** What npm takes for Markdown by its name. */
const markdown = /\.(md|mkd|markdown|mdown|mkdn|mdwn)$/;

/**
 * How good a file at the root of an archive is as README: the lower the better, undefined for none. npm takes Markdown
 * before a plain `README`; translations (`README.fr.md`) and other endings come after what has no such addition.
 * https://github.com/npm/package-json/blob/main/lib/normalize.js
 */
export function readmeRank(path: string): number | undefined {
  const name = path.toLowerCase();
  if (name !== 'readme' && !/^readme\.[^/]+$/.test(name)) return undefined;
  if (name === 'readme.md') return 0;
  if (/^readme\.[^.]+$/.test(name) && markdown.test(name)) return 1;
  if (markdown.test(name)) return 2;
  return name === 'readme' ? 3 : 4;
}

/** A README's text: at most `limitBytes` of it, never half a character, rubbish bytes as U+FFFD. */
export function readmeText(bytes: Buffer, limitBytes: number): string {
  let end = Math.min(bytes.length, limitBytes);
  // Only a cut can leave an incomplete character that is not the file's own fault.
  if (end < bytes.length) while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  const text = bytes.toString('utf8', 0, end);
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}
