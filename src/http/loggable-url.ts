/**
 * A request's URL without the secrets that clients put into it: npm names a token in the path when it signs out or revokes one, and the
 * operation of a GraphQL request by GET may hold a password, by mistake. Whatever looks like a token of ours goes as well, wherever it
 * stands.
 */
export function loggableUrl(url: string): string {
  return url
    .replace(/(\/token\/)[^/?]+/g, '$1…')
    .replace(/^(\/graphql\/?\?).+/, '$1…')
    .replace(/(ep[ts]_)[\w.-]+/g, '$1…')
    .replace(/whsec_[\w+/=%-]+/g, 'whsec_…');
}
