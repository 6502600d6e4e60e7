import { z } from 'zod';
import { actionForm, button, faultSummary, formFields } from '../components.ts';
import type { Faults } from '../form.ts';
import { html } from '../html.ts';
import { ownAction, ownPage, type Answer, type OwnContext, type StaffRoute } from '../route.ts';
import { passwordFields, usernameField } from './invitation-pages.ts';
import { passwordPair } from './password-rules.ts';

const stages = ['complete', 'new-password', 'enrol'] as const;
const changeForm = z.intersection(z.object({ current: z.string().max(1_000) }), passwordPair);

/** Changing one's own password: at first use when somebody else set it, and at any time. */
export const newPasswordRoutes: readonly StaffRoute[] = [
  ownPage({
    path: '/-/new-password',
    role: 'signed-in',
    stages,
    handle: (context) => showChange(context, {}),
  }),
  ownAction({
    path: '/-/new-password',
    role: 'signed-in',
    stages,
    form: changeForm,
    handle: changePassword,
    refuse: (context, faults) => showChange(context, faults),
  }),
];

function showChange(context: OwnContext, faults: Faults): Answer & { kind: 'page' } {
  const { t, csrf, user } = context;
  const fields = formFields(undefined, faults);
  const body = html` ${user.passwordExpired && html`<p>${t('password.must')}</p>`} ${faultSummary(faults, t)}
  ${actionForm({
    action: '/staff/-/new-password',
    csrf,
    body: [
      usernameField(user),
      fields.text({
        name: 'current',
        label: t('password.current'),
        type: 'password',
        autocomplete: 'current-password',
        width: 30,
        required: true,
      }),
      passwordFields(t, faults),
      button(t('password.button')),
    ],
  })}`;
  return { kind: 'page', title: t('password.title'), body };
}

async function changePassword(context: OwnContext, form: z.output<typeof changeForm>): Promise<Answer> {
  const { t, user, services, sessions, ip } = context;
  const again = (field: string, key: string, status = 422): Answer => ({
    ...showChange(context, { [field]: t(key) }),
    status,
  });
  const budget = await services.attempts.account.take(`${ip} ${user.username}`);
  if (!budget.allowed) return again('current', 'sign_in.too_often', 429);
  if (!(await services.passwords.verify(user.passwordHash, form.current)))
    return again('current', 'password.wrong');
  if (form.password === form.current) return again('password', 'password.same');
  if (form.password.toLowerCase().includes(user.username)) return again('password', 'fault.holds_username');
  const hash = await services.passwords.hash(form.password);
  const renewed = await context.change(
    { action: 'user.password', subject: `user:${user.username}` },
    async ({ users }) => {
      await users.setPassword(user.id, hash, { expired: false });
      return {
        before: { expired: user.passwordExpired },
        after: { expired: false },
        result: await users.read(user.id),
      };
    },
  );
  if (renewed !== undefined) await sessions.renew(renewed);
  return { kind: 'redirect', to: user.passwordExpired ? '/staff' : '/staff/-/account', done: 'password_set' };
}
