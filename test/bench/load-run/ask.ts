import { authorization } from '../data.ts';
import { type Answered, exchange, type Sent } from '../exchange.ts';

/** A request of any client of the run. */
export interface Asked extends Omit<Sent, 'port'> {
  url: string;
}

/** Asks as the admin and reads the whole answer. Rejects where none comes. */
export function ask({ url, headers, ...sent }: Asked): Promise<Answered> {
  return exchange({ ...sent, port: Number(new URL(url).port), headers: { ...authorization, ...headers } });
}

/** What an error is counted as. */
export function nameOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
