/** ISO 8601 with a time zone: without one it would mean another instant on every server. */
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/;

/** The instant that a text such as `2026-11-20T13:35:28Z` names, in milliseconds since the epoch; undefined where it is none. */
export function readInstant(text: string): number | undefined {
  const time = instant.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
