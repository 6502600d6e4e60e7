import type { z } from 'zod';
import type { StaffUser } from '../../core/staff.ts';
import { actionForm, button, faultSummary, formFields, notice } from '../components.ts';
import type { Faults } from '../form.ts';
import { html, type Html } from '../html.ts';
import { openAction, openPage, type Answer, type OpenContext, type StaffRoute } from '../route.ts';
import type { StaffText } from '../staff-text.ts';
import { hashInvitation } from './invitations.ts';
import { passwordPair, shortestPassword } from './password-rules.ts';

/** Taking a one-time link: the page shows whose it is, and only sending the form uses it up. */
export const invitationRoutes: readonly StaffRoute[] = [
  openPage({
    path: '/-/invitation/:secret',
    role: 'anyone',
    handle: (context) => showInvitation(context, {}),
  }),
  openAction({
    path: '/-/invitation/:secret',
    role: 'anyone',
    form: passwordPair,
    handle: takeInvitation,
    refuse: (context, faults) => showInvitation(context, faults),
  }),
];

async function showInvitation(context: OpenContext, faults: Faults): Promise<Answer> {
  const { t, csrf, services, now } = context;
  const hash = hashInvitation(context.param('secret'));
  const user = await services.storage.staff.users.findInvited(hash, now.toISOString());
  if (user === undefined) return goneInvitation(t);
  const body = html` <p>${t('invitation.for', { username: user.username, name: user.name })}</p>
    ${faultSummary(faults, t)}
    ${actionForm({
      action: `/staff/-/invitation/${context.param('secret')}`,
      csrf,
      body: [usernameField(user), passwordFields(t, faults), button(t('invitation.button'))],
    })}
    ${
      services.provider !== undefined &&
      user.passwordHash === null &&
      html`<h2>${t('invitation.or')}</h2>
        ${actionForm({
          action: `/staff/-/invitation/${context.param('secret')}/provider`,
          csrf,
          body: button(t('invitation.provider', { label: services.provider.label }), 'secondary'),
        })}`
    }`;
  return { kind: 'page', title: t('invitation.title'), body };
}

async function takeInvitation(context: OpenContext, form: z.output<typeof passwordPair>): Promise<Answer> {
  const { t, services, now, sessions } = context;
  const hash = hashInvitation(context.param('secret'));
  const invited = await services.storage.staff.users.findInvited(hash, now.toISOString());
  if (invited === undefined) return goneInvitation(t);
  if (form.password.toLowerCase().includes(invited.username)) {
    return {
      ...(await showInvitation(context, { password: t('fault.holds_username') })),
      status: 422,
    } as Answer;
  }
  const passwordHash = await services.passwords.hash(form.password);
  const act = { action: 'user.take-invitation', subject: `user:${invited.username}` };
  const user = await context.changeAs(invited, act, async ({ users }) => {
    const taken = await users.takeInvitation(hash, now.toISOString());
    if (taken === undefined) return { result: undefined, unchanged: true };
    await users.setPassword(taken, passwordHash, { expired: false });
    await users.noteSignIn(taken, now.toISOString());
    return { before: null, after: { signedIn: true }, result: await users.read(taken) };
  });
  if (user === undefined) return goneInvitation(t);
  await sessions.begin(user, { secondFactor: false });
  return { kind: 'redirect', to: '/staff', done: 'password_set' };
}

/** The answer to a link that is used, out of time or unknown. */
export function goneInvitation(t: StaffText): Answer {
  return {
    kind: 'page',
    status: 410,
    title: t('invitation.gone_title'),
    body: notice(t('invitation.gone'), 'warn'),
  };
}

/** Tells the browser's password manager whose password it is. */
export function usernameField(user: StaffUser): Html {
  return html`<input type="hidden" name="username" autocomplete="username" value="${user.username}" />`;
}

/** A new password and the same again. */
export function passwordFields(t: StaffText, faults: Faults): Html[] {
  const fields = formFields(undefined, faults);
  const options = { type: 'password', autocomplete: 'new-password', width: 30, required: true } as const;
  return [
    fields.text({
      name: 'password',
      label: t('password.new'),
      hint: t('password.hint', { count: shortestPassword }),
      ...options,
    }),
    fields.text({ name: 'repeated', label: t('password.repeated'), ...options }),
  ];
}
