import { InvalidInput } from '../errors.ts';

const maxNameLength = 255;
const maxUrlLength = 2048;

/** Throws InvalidInput for a name that no webhook can have. */
export function checkName(name: string): void {
  if (name === '' || name.length > maxNameLength) throw new InvalidInput('name', `A webhook needs a name of 1 to ${maxNameLength} characters.`);
}

/** Where a webhook sends to, by a URL that {@link checkUrl} has let pass. */
export function targetOf(url: string): { url: string; host: string } {
  return { url, host: new URL(url).host.slice(0, 255) };
}

/** Throws InvalidInput for what cannot be sent to. Where it leads is looked at each time that something is sent. */
export function checkUrl(text: string): void {
  const refuse = (why: string) => new InvalidInput('url', why);
  if (text.length > maxUrlLength) throw refuse(`A URL has at most ${maxUrlLength} characters.`);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) throw refuse('This is no http or https URL.');
  if (url.username !== '' || url.password !== '') throw refuse('A URL with a user name or a password is not taken; the signature tells the receiver who sends.');
}
