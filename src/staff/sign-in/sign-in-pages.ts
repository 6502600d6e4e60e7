import { z } from 'zod';
import { everyUnit, type StaffUser } from '../../core/staff.ts';
import { actionForm, button, faultSummary, formFields } from '../components.ts';
import type { Entered, Faults } from '../form.ts';
import { html } from '../html.ts';
import {
  allStages,
  openAction,
  openPage,
  ownAction,
  ownPage,
  type Answer,
  type OpenContext,
  type OwnContext,
  type StaffRoute,
} from '../route.ts';
import { isOwnPath } from '../own-path.ts';

const signInForm = z.object({
  username: z
    .string()
    .max(200)
    .transform((text) => text.trim().toLowerCase()),
  password: z.string().max(1_000),
  next: z.string().max(2_000).optional(),
});

/** What a failure costs beyond the attempt itself: ten failures use up what thirty good sign-ins would. */
const failurePoints = 2;

/** Signing in and out, and the way in to what one may see. */
export const signInRoutes: readonly StaffRoute[] = [
  ownPage({ path: '', role: 'signed-in', handle: showStart }),
  openPage({
    path: '/-/sign-in',
    role: 'anyone',
    query: z.object({ next: z.string().max(2_000).optional().catch(undefined) }),
    handle: (context, { next }) =>
      context.user === undefined
        ? showSignIn(context, {}, undefined, next)
        : { kind: 'redirect', to: '/staff' },
  }),
  openAction({
    path: '/-/sign-in',
    role: 'anyone',
    form: signInForm,
    handle: signIn,
    refuse: (context) => showSignIn(context, { '': context.t('sign_in.wrong') }),
  }),
  ownAction({
    path: '/-/sign-out',
    role: 'signed-in',
    stages: allStages,
    form: z.object({}),
    async handle({ sessions }) {
      await sessions.end();
      return { kind: 'redirect', to: '/staff/-/sign-in', done: 'signed_out' };
    },
    refuse: () => ({ kind: 'redirect', to: '/staff' }),
  }),
];

function showSignIn(context: OpenContext, faults: Faults, form?: Entered, next?: string): Answer {
  const { t, csrf, services } = context;
  const fields = formFields(form, faults);
  const body = html` ${faultSummary(faults, t)}
    ${actionForm({
      action: '/staff/-/sign-in',
      csrf,
      body: [
        next !== undefined && html`<input type="hidden" name="next" value="${next}" />`,
        fields.text({
          name: 'username',
          label: t('sign_in.username'),
          autocomplete: 'username',
          width: 30,
          required: true,
        }),
        fields.text({
          name: 'password',
          label: t('sign_in.password'),
          type: 'password',
          autocomplete: 'current-password',
          width: 30,
          required: true,
        }),
        button(t('sign_in.button')),
      ],
    })}
    ${services.provider !== undefined && html`<p><a class="button button-secondary" href="/staff/-/sign-in/provider">${t('sign_in.provider', { label: services.provider.label })}</a></p>`}
    <p class="hint">${t('sign_in.help')}</p>`;
  return { kind: 'page', title: t('sign_in.title'), body };
}

async function signIn(context: OpenContext, form: z.output<typeof signInForm>): Promise<Answer> {
  const { services, t, ip, sessions } = context;
  const { username, password, next } = form;
  const again = (key: string, status: number): Answer => ({
    ...(showSignIn(context, { '': t(key) }, { username }, next) as Answer & { kind: 'page' }),
    status,
  });
  const accountKey = `${ip} ${username}`;
  const budgets = await Promise.all([
    services.attempts.address.take(ip),
    services.attempts.account.take(accountKey),
    services.attempts.anywhere.take(username),
  ]);
  if (budgets.some(({ allowed }) => !allowed)) return again('sign_in.too_often', 429);
  const user = await services.storage.staff.users.findByUsername(username);
  const isOpen = user !== undefined && user.disabledAt === null;
  const isRight = await services.passwords.verify(isOpen ? user.passwordHash : null, password);
  if (!isOpen || !isRight) {
    await services.attempts.account.take(accountKey, failurePoints);
    services.logger.warn({ known: user !== undefined }, 'a sign-in to the staff console failed');
    return again('sign_in.wrong', 401);
  }
  await recordSignIn(context, user, 'password');
  await sessions.begin(user, { secondFactor: false });
  return { kind: 'redirect', to: next !== undefined && isOwnPath(next) ? next : '/staff' };
}

/** Records that someone has signed in, and how. */
export async function recordSignIn(
  context: OpenContext,
  user: StaffUser,
  how: 'password' | 'provider',
): Promise<void> {
  const act = { action: 'user.sign-in', subject: `user:${user.username}` };
  await context.changeAs(user, act, async ({ users }) => {
    await users.noteSignIn(user.id, context.now.toISOString());
    return { before: null, after: { how }, result: undefined };
  });
}

/** Leads to the one unit that an officer works for, or lets them choose. */
function showStart(context: OwnContext): Answer {
  const { t, user, services } = context;
  const isProvince = user.roles[everyUnit] !== undefined;
  const units = [...services.library().units.values()].filter(
    ({ id }) => isProvince || user.roles[id] !== undefined,
  );
  const [only] = units;
  if (only !== undefined && units.length === 1) return { kind: 'redirect', to: `/staff/${only.id}` };
  const body =
    units.length === 0
      ? html`<p>${t('start.none')}</p>`
      : html`<ul class="list">
          ${units.map(({ id, name }) => html`<li><a href="/staff/${id}">${name.vi}</a></li>`)}
        </ul>`;
  return { kind: 'page', title: t('start.title'), body };
}
