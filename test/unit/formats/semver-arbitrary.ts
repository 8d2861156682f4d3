import fc from 'fast-check';

const number = fc.oneof(fc.nat(30), fc.nat(), fc.constantFrom(9, 10, 99, 100, 999999999, 1000000000, Number.MAX_SAFE_INTEGER));
const identifier = fc.oneof(
  fc.nat(120).map(String),
  fc.constantFrom('a', 'alpha', 'alpha-', 'alpha-1', 'alpha1', 'A', 'Z', 'rc', '-', '--', '0a', '1-', '10a', '9007199254740993'),
  fc.stringMatching(/^[0-9A-Za-z-]{1,6}$/).filter((text) => !/^0\d+$/.test(text)),
);
/** Semantic versions, with a liking for those that are hard to order. */
export const semverVersion = fc
  .tuple(number, number, number, fc.array(identifier, { maxLength: 4 }), fc.option(fc.stringMatching(/^[0-9A-Za-z-]{1,5}$/)))
  .map(([major, minor, patch, ids, build]) => `${major}.${minor}.${patch}${ids.length > 0 ? `-${ids.join('.')}` : ''}${build === null ? '' : `+${build}`}`);
