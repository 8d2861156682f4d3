/** The path of a request's URL, as it came: without the query. */
export function pathOf(url: string): string {
  const questionMark = url.indexOf('?');
  return questionMark === -1 ? url : url.slice(0, questionMark);
}
