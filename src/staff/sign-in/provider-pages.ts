import { z } from 'zod';
import { AppError, errorMessage } from '../../core/errors.ts';
import type { StaffUser } from '../../core/staff.ts';
import { notice } from '../components.ts';
import { entered, type Entered } from '../form.ts';
import { html } from '../html.ts';
import { openAction, openPage, type Answer, type OpenContext, type StaffRoute } from '../route.ts';
import type { ProvenIdentity } from '../services.ts';
import { goneInvitation } from './invitation-pages.ts';
import { hashInvitation } from './invitations.ts';
import { recordSignIn } from './sign-in-pages.ts';

/** What is kept in the browser, sealed, while it is at the identity provider. */
const pending = z.object({
  provider: z.string(),
  /** The one-time link with which the officer began: the identity becomes that account's. */
  invitation: z.string().optional(),
});

/** Signing in at the identity provider of the office, where one is configured. */
export const providerRoutes: readonly StaffRoute[] = [
  openPage({ path: '/-/sign-in/provider', role: 'anyone', handle: (context) => leave(context) }),
  openPage<Entered>({ path: '/-/sign-in/callback', role: 'anyone', handle: comeBack }),
  openAction({
    path: '/-/invitation/:secret/provider',
    role: 'anyone',
    form: z.object({}),
    handle: (context) => leave(context, context.param('secret')),
    refuse: (context) => leave(context, context.param('secret')),
  }),
];

async function leave(context: OpenContext, invitation?: string): Promise<Answer> {
  const { services, sessions, t } = context;
  if (services.provider === undefined) throw new AppError('not-found', 'No identity provider is configured.');
  if (invitation !== undefined && (await findNewcomer(context, invitation)) === undefined)
    return goneInvitation(t);
  try {
    const { url, state } = await services.provider.begin();
    sessions.keepState(JSON.stringify({ provider: state, invitation }));
    return { kind: 'leave', to: url };
  } catch (error) {
    services.logger.error(
      { reason: errorMessage(error) },
      'the identity provider of the staff console cannot be reached',
    );
    return failure(context, 'provider.away', 503);
  }
}

async function comeBack(context: OpenContext, query: Entered): Promise<Answer> {
  const { services, sessions, ip } = context;
  if (services.provider === undefined) throw new AppError('not-found', 'No identity provider is configured.');
  const kept = sessions.takeState();
  if (kept === undefined) return failure(context, 'provider.expired', 400);
  const { provider, invitation } = pending.parse(JSON.parse(kept));
  if (!(await services.attempts.address.take(ip)).allowed) return failure(context, 'sign_in.too_often', 429);
  const given = new URLSearchParams(
    Object.keys(query).map((name): [string, string] => [name, entered(query, name)]),
  );
  let identity: ProvenIdentity;
  try {
    identity = await services.provider.finish(provider, given);
  } catch (error) {
    services.logger.warn({ reason: errorMessage(error) }, 'a sign-in at the identity provider failed');
    return failure(context, 'provider.refused', 401);
  }
  const user =
    invitation === undefined
      ? await findAccount(context, identity)
      : await takeInvitation(context, identity, invitation);
  if (user === undefined || user.disabledAt !== null) return failure(context, 'provider.unknown', 403);
  await recordSignIn(context, user, 'provider');
  // How strictly people prove who they are is the provider's to say: no second factor is asked for here.
  await sessions.begin(user, { secondFactor: true });
  return { kind: 'redirect', to: '/staff' };
}

/**
 * The account of an identity; at first sight the one with the address that the provider has verified. Only the province
 * enters addresses.
 */
async function findAccount(context: OpenContext, identity: ProvenIdentity): Promise<StaffUser | undefined> {
  const { users } = context.services.storage.staff;
  const { issuer, subject, email } = identity;
  const bound = await users.findBySubject(issuer, subject);
  if (bound !== undefined || email === undefined) return bound;
  const named = await users.findByEmail(email);
  if (named === undefined || named.disabledAt !== null) return undefined;
  return bind(context, named, identity);
}

/** The account of a one-time link that nobody has used yet; undefined for any other, which has a way in of its own. */
async function findNewcomer({ services, now }: OpenContext, secret: string): Promise<StaffUser | undefined> {
  const invited = await services.storage.staff.users.findInvited(hashInvitation(secret), now.toISOString());
  return invited?.passwordHash === null && invited.totpSecret === null ? invited : undefined;
}

/** Uses a one-time link up for an identity that no account has. */
async function takeInvitation(
  context: OpenContext,
  identity: ProvenIdentity,
  secret: string,
): Promise<StaffUser | undefined> {
  const invited = await findNewcomer(context, secret);
  const { users } = context.services.storage.staff;
  if (invited === undefined || (await users.findBySubject(identity.issuer, identity.subject)) !== undefined) {
    return undefined;
  }
  return bind(context, invited, identity, hashInvitation(secret));
}

/** Ties an account to an identity for good, once the link that leads to it, if any, is used up. */
function bind(
  context: OpenContext,
  user: StaffUser,
  { issuer, subject }: ProvenIdentity,
  invitation?: Uint8Array,
): Promise<StaffUser | undefined> {
  const act = { action: 'user.bind-provider', subject: `user:${user.username}` };
  return context.changeAs(user, act, async ({ users }) => {
    const isTaken =
      invitation === undefined ||
      (await users.takeInvitation(invitation, context.now.toISOString())) !== undefined;
    return isTaken && (await users.bindSubject(user.id, issuer, subject))
      ? { before: null, after: { issuer }, result: user }
      : { result: undefined, unchanged: true };
  });
}

function failure({ t }: OpenContext, key: string, status: number): Answer {
  const body = html`${notice(t(key), 'warn')}
    <p><a href="/staff/-/sign-in">${t('provider.back')}</a></p>`;
  return { kind: 'page', status, title: t('provider.title'), body };
}
