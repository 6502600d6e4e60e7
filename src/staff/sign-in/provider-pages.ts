import { AppError, errorMessage } from '../../core/errors.ts';
import type { StaffUser } from '../../core/staff.ts';
import { notice } from '../components.ts';
import { entered, type Entered } from '../form.ts';
import { html } from '../html.ts';
import { openPage, type Answer, type OpenContext, type StaffRoute } from '../route.ts';
import type { ProvenIdentity } from '../services.ts';
import { recordSignIn } from './sign-in-pages.ts';

/** Signing in at the identity provider of the office, where one is configured. */
export const providerRoutes: readonly StaffRoute[] = [
  openPage({ path: '/-/sign-in/provider', role: 'anyone', handle: leave }),
  openPage<Entered>({ path: '/-/sign-in/callback', role: 'anyone', handle: comeBack }),
];

async function leave(context: OpenContext): Promise<Answer> {
  const { services, sessions } = context;
  if (services.provider === undefined) throw new AppError('not-found', 'No identity provider is configured.');
  try {
    const { url, state } = await services.provider.begin();
    sessions.keepState(state);
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
  const state = sessions.takeState();
  if (state === undefined) return failure(context, 'provider.expired', 400);
  if (!(await services.attempts.address.take(ip)).allowed) return failure(context, 'sign_in.too_often', 429);
  const given = new URLSearchParams(
    Object.keys(query).map((name): [string, string] => [name, entered(query, name)]),
  );
  let identity: ProvenIdentity;
  try {
    identity = await services.provider.finish(state, given);
  } catch (error) {
    services.logger.warn({ reason: errorMessage(error) }, 'a sign-in at the identity provider failed');
    return failure(context, 'provider.refused', 401);
  }
  const user = await findAccount(context, identity);
  if (user === undefined || user.disabledAt !== null) return failure(context, 'provider.unknown', 403);
  await recordSignIn(context, user, 'provider');
  // How strictly people prove who they are is the provider's to say: no second factor is asked for here.
  await sessions.begin(user, { secondFactor: true });
  return { kind: 'redirect', to: '/staff' };
}

/** The account of an identity; at first sight the one with the address that the provider has verified. */
async function findAccount(context: OpenContext, identity: ProvenIdentity): Promise<StaffUser | undefined> {
  const { users } = context.services.storage.staff;
  const { issuer, subject, email } = identity;
  const bound = await users.findBySubject(issuer, subject);
  if (bound !== undefined || email === undefined) return bound;
  const named = await users.findByEmail(email);
  if (named === undefined || named.disabledAt !== null) return undefined;
  const act = { action: 'user.bind-provider', subject: `user:${named.username}` };
  return context.changeAs(named, act, async (stores) => {
    const isBound = await stores.users.bindSubject(named.id, issuer, subject);
    return isBound
      ? { before: null, after: { issuer }, result: named }
      : { result: undefined, unchanged: true };
  });
}

function failure({ t }: OpenContext, key: string, status: number): Answer {
  const body = html`${notice(t(key), 'warn')}
    <p><a href="/staff/-/sign-in">${t('provider.back')}</a></p>`;
  return { kind: 'page', status, title: t('provider.title'), body };
}
