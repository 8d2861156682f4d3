import { isSignedIn } from '../../src/access/actor.ts';
import { Unauthenticated } from '../../src/errors.ts';
import { sendJson } from '../../src/http/send.ts';
import type { Exchange } from '../kit/shim.ts';

/**
 * `GET /v2/`: whether this is a registry, and whether the credential is good. Clients look here for the challenge, so nobody is let through without one; who has
 * no credential gets a token for what everybody may read.
 */
export async function ping({ actor, response }: Exchange): Promise<void> {
  if (!isSignedIn(actor) && !actor.narrowedTo) throw new Unauthenticated();
  sendJson(response, 200, {}, { 'docker-distribution-api-version': 'registry/2.0' });
}
