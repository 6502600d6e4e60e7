import type { StaffUser } from '../../core/staff.ts';
import { actionForm, button, notice, tag, type Column } from '../components.ts';
import { timeTag } from '../format-time.ts';
import { html, type Html, type Insertable } from '../html.ts';
import type { Answer, UnitContext } from '../route.ts';
import { invitationHours } from '../sign-in/invitations.ts';
import type { StaffText } from '../staff-text.ts';

/** What the pages of a unit's officers and of all accounts have in common. */

/** A list of accounts: who, which roles, whether open, when last here. `addressOf` leads to an account's own page. */
export function accountColumns(
  t: StaffText,
  options: { addressOf: (user: StaffUser) => string | undefined; roles: Column<StaffUser> },
): Column<StaffUser>[] {
  return [
    {
      label: t('staff-settings:username'),
      cell: (user) => {
        const address = options.addressOf(user);
        return address === undefined ? user.username : html`<a href="${address}">${user.username}</a>`;
      },
    },
    { label: t('staff-settings:name'), cell: ({ name }) => name },
    options.roles,
    { label: t('staff-settings:state'), cell: (user) => accountState(user, t) },
    { label: t('staff-settings:signed_in'), cell: (user) => lastSignIn(user, t) },
  ];
}

/** Facts of one account, with `further` ones before the last. */
export function accountFacts(
  user: StaffUser,
  t: StaffText,
  further: readonly (readonly [string, Insertable])[] = [],
): (readonly [string, Insertable])[] {
  return [
    [t('staff-settings:username'), user.username],
    [t('staff-settings:email'), user.email ?? t('none')],
    [t('staff-settings:state'), accountState(user, t)],
    ...further,
    [t('staff-settings:signed_in'), lastSignIn(user, t)],
  ];
}

/** Whether an account is open, waits for its invitation to be taken, or is closed. */
function accountState(user: StaffUser, t: StaffText): Html {
  if (user.disabledAt !== null) return tag(t('staff-settings:closed'), 'bad');
  if (user.passwordHash === null && user.signedInAt === null) return tag(t('staff-settings:invited'), 'warn');
  return tag(t('staff-settings:open'), 'good');
}

function lastSignIn({ signedInAt }: StaffUser, t: StaffText): Insertable {
  return signedInAt === null ? t('none') : timeTag(signedInAt);
}

/** Makes a new one-time link for an account; `own` is the path of its page. */
export function newLinkPart(own: string, { t, csrf }: Pick<UnitContext, 't' | 'csrf'>): Html {
  return html`<h2>${t('staff-settings:new_link')}</h2>
    <p>${t('staff-settings:new_link_intro')}</p>
    ${actionForm({ action: `${own}/invitation`, csrf, body: button(t('staff-settings:make_link'), 'secondary') })}`;
}

/** The one-time link, shown once: it is not kept in a form that could be shown again. */
export function showInvitation(
  { t, services }: Pick<UnitContext, 't' | 'services'>,
  username: string,
  link: string,
  backTo: string,
): Answer {
  const body = html` ${notice(t('staff-settings:link_intro', { username, hours: invitationHours }))}
    <p class="key"><code>${services.publicUrl ?? ''}${link}</code></p>`;
  return {
    kind: 'page',
    title: t('staff-settings:link_title'),
    back: { to: backTo, label: t('staff-settings:members') },
    body,
  };
}
