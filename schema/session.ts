import { anonymous, type Actor } from '../src/access/actor.ts';
import { endSession, openSession, sessionSeconds } from '../src/access/sessions.ts';
import { noSessionCookie, sessionCookie } from '../src/http/session-cookie.ts';
import { builder } from './builder.ts';
import { mutationField } from './mutation.ts';
import { ViewerType } from './viewer.ts';

mutationField('signIn', {
  description:
    'Signs a browser in: answers with a session cookie, good for 30 days, which pages of this server send along by themselves. What follows in the same operation is done as that user. ' +
    'Programs use tokens instead.',
  takes:
    'For everybody. A wrong user name or password is UNAUTHENTICATED; too many of them are TOO_MANY_REQUESTS, with `retryAfterSeconds` in the extensions and the status 429.',
  errors: [],
  refusals: ['UNAUTHENTICATED', 'TOO_MANY_REQUESTS'],
  input: (t) => ({
    username: t.string({ required: true, description: 'The user name.' }),
    password: t.string({ required: true, description: 'The password.' }),
  }),
  payload: builder.objectRef<{ viewer: Actor; expiresAt: number }>('SignInPayload').implement({
    description: 'A browser that was signed in.',
    fields: (t) => ({
      viewer: t.expose('viewer', { type: ViewerType, description: 'Who asks, from now on.' }),
      expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When the session ends by itself.' }),
    }),
  }),
  async resolve(input, context) {
    const { core, actor, baseUrl, clientAddress } = context;
    const { secret, expiresAt } = await openSession(core, actor, { ...input, address: clientAddress });
    context.responseHeaders.set('set-cookie', sessionCookie(baseUrl, secret, sessionSeconds));
    context.actor = { ...(await core.authenticator.actorOf({ kind: 'session', secret })), address: actor.address };
    return { viewer: context.actor, expiresAt };
  },
});

mutationField('signOut', {
  description: 'Signs a browser out: ends its session and takes its cookie. A token is not touched; see `revokeToken`.',
  takes: 'For everybody.',
  errors: [],
  refusals: [],
  input: (t) => ({ everywhere: t.boolean({ defaultValue: false, description: "Whether the user's sessions in other browsers end, too." }) }),
  payload: builder.objectRef<{ viewer: Actor }>('SignOutPayload').implement({
    description: 'A browser that was signed out.',
    fields: (t) => ({ viewer: t.expose('viewer', { type: ViewerType, description: 'Who asks, from now on.' }) }),
  }),
  async resolve({ everywhere }, context) {
    const { core, actor, baseUrl } = context;
    if (await endSession(core, actor, everywhere ?? false)) context.actor = anonymous;
    context.responseHeaders.set('set-cookie', noSessionCookie(baseUrl));
    return { viewer: context.actor };
  },
});
