/** What a query parameter says, as a whole number from 0 to `max`, where it is larger than that as `max`; anything else is the default. */
export function wholeNumber(text: string | null, fallback: number, max: number): number {
  const value = Number(text === null || text === '' ? fallback : text);
  return Number.isInteger(value) && value >= 0 ? Math.min(value, max) : fallback;
}
