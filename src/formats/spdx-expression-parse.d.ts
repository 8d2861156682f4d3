/** The part of the package that we use: it ships no types of its own. */
declare module 'spdx-expression-parse' {
  /** Parses an SPDX licence expression; throws where it is none. */
  export default function parse(expression: string): object;
}
