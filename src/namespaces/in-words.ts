/** How a node is called in sentences, by its path. */
export function nodeInWords(path: string): string {
  return path === '' ? 'the instance' : `"${path}"`;
}
