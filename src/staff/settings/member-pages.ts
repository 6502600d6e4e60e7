import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { everyUnit, roleIn, type StaffUser } from '../../core/staff.ts';
import { AppError } from '../../core/errors.ts';
import {
  actionForm,
  button,
  buttonLink,
  dataTable,
  factList,
  faultSummary,
  formFields,
} from '../components.ts';
import type { Entered, Faults } from '../form.ts';
import { html } from '../html.ts';
import { unitAction, unitPage, type Answer, type StaffRoute, type UnitContext } from '../route.ts';
import { invitationHours, invite } from '../sign-in/invitations.ts';
import type { StaffText } from '../staff-text.ts';
import { accountColumns, accountFacts, newLinkPart, showInvitation } from './account-view.ts';
import { worksHereAlone } from './unit-members.ts';
import { personFields, personForm, role, roleChoices, roleField, roleOrNone } from './user-form.ts';

const newMemberForm = personForm.extend({ role });
const roleForm = z.object({ role: roleOrNone });

/** The officers of a unit: who they are, their roles, invitations. */
export const memberRoutes: readonly StaffRoute[] = [
  unitPage({ path: '/:unit/users', role: 'admin', handle: showMembers }),
  unitPage({ path: '/:unit/users/new', role: 'admin', handle: (context) => showNewMember(context, {}) }),
  unitAction({
    path: '/:unit/users/new',
    role: 'admin',
    form: newMemberForm,
    handle: addMember,
    refuse: showNewMember,
  }),
  unitPage({ path: '/:unit/users/:username', role: 'admin', handle: (context) => showMember(context, {}) }),
  unitAction({
    path: '/:unit/users/:username/role',
    role: 'admin',
    form: roleForm,
    handle: setMemberRole,
    refuse: (context, faults) => showMember(context, faults),
  }),
  unitAction({
    path: '/:unit/users/:username/invitation',
    role: 'admin',
    form: z.object({}),
    handle: inviteMember,
    refuse: (context, faults) => showMember(context, faults),
  }),
];

type Page = Answer & { kind: 'page' };

async function showMembers(context: UnitContext): Promise<Answer> {
  const { t, unit, stores, path } = context;
  const body = html` <p>${t('staff-settings:members_intro')}</p>
    ${dataTable<StaffUser>({
      caption: t('staff-settings:members'),
      hideCaption: true,
      empty: t('none'),
      rows: await stores.members.list(),
      columns: accountColumns(t, {
        addressOf: ({ username, roles }) =>
          roles[unit.id] === undefined ? undefined : path(`/users/${username}`),
        roles: {
          label: t('staff-settings:role'),
          cell: ({ roles }) => describeRole(t, roles, unit.id),
        },
      }),
    })}
    <p>${buttonLink(path('/users/new'), t('staff-settings:invite'), 'primary')}</p>`;
  return { kind: 'page', title: t('staff-settings:members'), body };
}

function describeRole(t: StaffText, roles: StaffUser['roles'], unitId: string): string {
  const held = roleIn(roles, unitId) ?? 'viewer';
  return roles[everyUnit] === undefined
    ? t(`role.${held}`)
    : `${t(`role.${held}`)} (${t('role.every_unit')})`;
}

function showNewMember(context: UnitContext, faults: Faults, form?: Entered): Page {
  const { t, csrf, path } = context;
  const fields = formFields(form, faults);
  const body = html` ${faultSummary(faults, t)}
  ${actionForm({
    action: path('/users/new'),
    csrf,
    body: [personFields(fields, t), roleField(fields, t), button(t('staff-settings:make_link'))],
  })}`;
  const back = { to: path('/users'), label: t('staff-settings:members') };
  return { kind: 'page', title: t('staff-settings:invite'), back, body };
}

async function addMember(context: UnitContext, form: z.output<typeof newMemberForm>): Promise<Answer> {
  const { t, user, now, path } = context;
  const { username, name } = form;
  const id = randomUUID();
  const link = await context.change(
    { action: 'user.create', subject: `user:${username}` },
    async ({ members }) => {
      const isNew = await members.add({ id, username, name }, form.role);
      if (!isNew) return { result: undefined, unchanged: true };
      const result = await invite(members, { userId: id, createdBy: user.username, now });
      return { before: null, after: { name, role: form.role }, result };
    },
  );
  if (link === undefined) {
    return { ...showNewMember(context, { username: t('staff-settings:taken') }, form), status: 422 };
  }
  return showInvitation(context, username, link, path('/users'));
}

async function readMember({ stores, param }: UnitContext): Promise<StaffUser> {
  const member = await stores.members.find(param('username'));
  if (member === undefined) throw new AppError('not-found', 'No such officer in this unit.');
  return member;
}

async function showMember(context: UnitContext, faults: Faults): Promise<Page> {
  const { t, csrf, unit, user, path } = context;
  const member = await readMember(context);
  const fields = formFields(undefined, faults);
  const own = path(`/users/${member.username}`);
  const body = html` ${faultSummary(faults, t)} ${factList(accountFacts(member, t))}
  ${
    member.id === user.id
      ? html`<p>${t('staff-settings:not_oneself')}</p>`
      : actionForm({
          action: `${own}/role`,
          csrf,
          body: [
            fields.select({
              name: 'role',
              label: t('staff-settings:role_here'),
              value: member.roles[unit.id] ?? 'none',
              choices: roleChoices(t),
            }),
            button(t('staff-settings:save_role')),
          ],
        })
  }
  ${worksHereAlone(member, unit.id) && newLinkPart(own, context)}`;
  const back = { to: path('/users'), label: t('staff-settings:members') };
  return { kind: 'page', title: member.name, back, body };
}

async function setMemberRole(context: UnitContext, form: z.output<typeof roleForm>): Promise<Answer> {
  const { t, unit, user, path } = context;
  const member = await readMember(context);
  if (member.id === user.id) {
    return { ...(await showMember(context, { role: t('staff-settings:not_oneself') })), status: 422 };
  }
  const next = form.role === 'none' ? null : form.role;
  await context.change({ action: 'user.role', subject: `user:${member.username}` }, async ({ members }) => {
    await members.setRole(member.id, next);
    return { before: { role: member.roles[unit.id] ?? null }, after: { role: next }, result: undefined };
  });
  return { kind: 'redirect', to: path('/users'), done: 'role_saved' };
}

async function inviteMember(context: UnitContext): Promise<Answer> {
  const { unit, user, now, path } = context;
  const member = await readMember(context);
  if (!worksHereAlone(member, unit.id)) throw new AppError('conflict', 'The province invites this officer.');
  const link = await context.change(
    { action: 'user.invite', subject: `user:${member.username}` },
    async ({ members }) => ({
      before: null,
      after: { hours: invitationHours },
      result: await invite(members, { userId: member.id, createdBy: user.username, now }),
    }),
  );
  return showInvitation(context, member.username, link, path('/users'));
}
