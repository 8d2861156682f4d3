/** Who is there at once, and for how long. */
export interface LoadRunPlan {
  minutes: number;
  /** Connections that stay open and ask now and then. */
  readers: number;
  /** Downloads that take their bytes slowly. */
  slowReaders: number;
  /** Uploads that send theirs slowly. */
  slowWriters: number;
  subscribers: number;
  /** npm publishes in a second. */
  publishesPerSecond: number;
  /** Requests that cost much, sent at once at the end. */
  burst: number;
}

/** The whole of it, for so many minutes; `part` of the clients, for a short look. */
export function planOf(minutes: number, part: number): LoadRunPlan {
  const some = (count: number) => Math.max(1, Math.round(count * part));
  return { minutes, readers: some(2_000), slowReaders: some(200), slowWriters: some(200), subscribers: some(500), publishesPerSecond: 4, burst: some(4_000) };
}
