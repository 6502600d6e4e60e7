import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import { everyUnit, type StaffUser } from '../../core/staff.ts';
import {
  actionForm,
  button,
  buttonLink,
  dataTable,
  factList,
  faultSummary,
  formFields,
  tag,
} from '../components.ts';
import { tick, type Entered, type Faults } from '../form.ts';
import { html, type Html } from '../html.ts';
import {
  provinceAction,
  provincePage,
  type Act,
  type Answer,
  type ProvinceContext,
  type StaffRoute,
} from '../route.ts';
import type { StaffStores } from '../services.ts';
import { invitationHours, invite } from '../sign-in/invitations.ts';
import { accountColumns, accountFacts, newLinkPart, showInvitation } from './account-view.ts';
import { readSecurity, writeSecurity } from './security-settings.ts';
import {
  detailFields,
  detailForm,
  emailField,
  personFields,
  personForm,
  role,
  roleChoices,
  roleField,
  roleOrNone,
} from './user-form.ts';

const unitId = z.string().min(1).max(64);
const newUserForm = personForm.extend({ ...detailForm.shape, role, unit: unitId });
const roleForm = z.object({ unit: unitId, role: roleOrNone });
const stateForm = z.object({ act: z.enum(['close', 'open', 'end-sessions', 'remove-second-factor']) });
const securityForm = z.object({ adminsNeedSecondFactor: tick });
const listPath = '/staff/-/users';

/** All accounts of the deployment, for the province's admins; and how strictly they sign in. */
export const userRoutes: readonly StaffRoute[] = [
  provincePage({ path: '/-/users', role: 'admin', handle: (context) => showUsers(context, {}) }),
  provincePage({ path: '/-/users/new', role: 'admin', handle: (context) => showNewUser(context, {}) }),
  provinceAction({
    path: '/-/users/new',
    role: 'admin',
    form: newUserForm,
    handle: addUser,
    refuse: showNewUser,
  }),
  provinceAction({
    path: '/-/users/security',
    role: 'admin',
    form: securityForm,
    handle: saveSecurity,
    refuse: showUsers,
  }),
  provincePage({ path: '/-/users/:username', role: 'admin', handle: (context) => showUser(context, {}) }),
  provinceAction({
    path: '/-/users/:username/details',
    role: 'admin',
    form: detailForm,
    handle: saveDetails,
    refuse: showUser,
  }),
  provinceAction({
    path: '/-/users/:username/role',
    role: 'admin',
    form: roleForm,
    handle: setUserRole,
    refuse: (context, faults) => showUser(context, faults),
  }),
  provinceAction({
    path: '/-/users/:username/state',
    role: 'admin',
    form: stateForm,
    handle: setUserState,
    refuse: (context, faults) => showUser(context, faults),
  }),
  provinceAction({
    path: '/-/users/:username/invitation',
    role: 'admin',
    form: z.object({}),
    handle: inviteUser,
    refuse: (context, faults) => showUser(context, faults),
  }),
];

type Page = Answer & { kind: 'page' };

async function showUsers(context: ProvinceContext, faults: Faults): Promise<Answer> {
  const { t, csrf, stores } = context;
  const security = await readSecurity(stores.settings);
  const body = html`${faultSummary(faults, t)}
    ${dataTable<StaffUser>({
      caption: t('staff-settings:users'),
      hideCaption: true,
      empty: t('none'),
      rows: await stores.users.list(),
      columns: accountColumns(t, {
        addressOf: ({ username }) => `${listPath}/${username}`,
        roles: { label: t('staff-settings:roles'), cell: (user) => listRoles(context, user) },
      }),
    })}
    <p>${buttonLink(`${listPath}/new`, t('staff-settings:invite'), 'primary')}</p>
    <h2>${t('staff-settings:security')}</h2>
    ${actionForm({
      action: `${listPath}/security`,
      csrf,
      body: [
        formFields(undefined, {}).ticks({
          label: t('staff-settings:second_factor'),
          boxes: [
            {
              name: 'adminsNeedSecondFactor',
              label: t('staff-settings:admins_need'),
              on: security.adminsNeedSecondFactor,
            },
          ],
        }),
        button(t('staff-settings:save'), 'secondary'),
      ],
    })}`;
  return {
    kind: 'page',
    title: t('staff-settings:users'),
    back: { to: '/staff', label: t('start.title') },
    body,
  };
}

function listRoles({ t, services }: ProvinceContext, user: StaffUser): Html {
  const units = services.library().units;
  const entries = Object.entries(user.roles);
  if (entries.length === 0) return html`${t('staff-settings:no_role')}`;
  return html`<ul class="list">
    ${entries.map(([id, held]) => html`<li>${id === everyUnit ? t('role.every_unit') : (units.get(id)?.name.vi ?? id)}: ${t(`role.${held}`)}</li>`)}
  </ul>`;
}

function unitChoices({ t, services }: ProvinceContext) {
  const units = [...services.library().units.values()].map(({ id, name }) => ({ value: id, label: name.vi }));
  return [...units, { value: everyUnit, label: t('role.every_unit') }];
}

/** Throws AppError `invalid-input` for a unit that the deployment does not have. */
function checkUnit({ services }: ProvinceContext, id: string): void {
  if (id !== everyUnit && !services.library().units.has(id))
    throw new AppError('invalid-input', 'No such unit.');
}

function showNewUser(context: ProvinceContext, faults: Faults, form?: Entered): Page {
  const { t, csrf } = context;
  const fields = formFields(form, faults);
  const body = html` ${faultSummary(faults, t)}
  ${actionForm({
    action: `${listPath}/new`,
    csrf,
    body: [
      personFields(fields, t),
      emailField(fields, t),
      fields.select({ name: 'unit', label: t('staff-settings:unit'), choices: unitChoices(context) }),
      roleField(fields, t),
      button(t('staff-settings:make_link')),
    ],
  })}`;
  return { kind: 'page', title: t('staff-settings:invite'), back: backTo(context), body };
}

const backTo = ({ t }: ProvinceContext) => ({ to: listPath, label: t('staff-settings:users') });

async function addUser(context: ProvinceContext, form: z.output<typeof newUserForm>): Promise<Answer> {
  const { t, user, now } = context;
  const { username, name, email, unit } = form;
  checkUnit(context, unit);
  const id = randomUUID();
  const made = await context.change<{ fault: Faults } | { link: string }>(
    { action: 'user.create', subject: `user:${username}` },
    async ({ users }) => {
      const outcome = await users.create({ id, username, name, email });
      if (outcome === 'email-taken') {
        return { result: { fault: { email: t('staff-settings:email_taken') } }, unchanged: true };
      }
      if (outcome === 'username-taken') {
        return { result: { fault: { username: t('staff-settings:taken') } }, unchanged: true };
      }
      await users.setRole(id, unit, form.role);
      const link = await invite(users, { userId: id, createdBy: user.username, now });
      return { before: null, after: { name, unit, role: form.role }, result: { link } };
    },
  );
  if ('fault' in made) {
    return { ...showNewUser(context, made.fault, { ...form, email: email ?? '' }), status: 422 };
  }
  return showInvitation(context, username, made.link, listPath);
}

async function readUser({ stores, param }: ProvinceContext): Promise<StaffUser> {
  const found = await stores.users.findByUsername(param('username'));
  if (found === undefined) throw new AppError('not-found', 'No such account.');
  return found;
}

async function showUser(context: ProvinceContext, faults: Faults, form?: Entered): Promise<Page> {
  const { t, csrf, user } = context;
  const found = await readUser(context);
  const own = `${listPath}/${found.username}`;
  const fields = formFields(undefined, faults);
  const act = (name: z.output<typeof stateForm>['act'], kind: 'secondary' | 'danger' = 'secondary') =>
    button(t(`staff-settings:act.${name}`), kind, { name: 'act', value: name });
  const body = html` ${faultSummary(faults, t)}
    ${factList(
      accountFacts(found, t, [
        [t('staff-settings:roles'), listRoles(context, found)],
        [
          t('staff-settings:second_factor'),
          found.totpSecret === null ? tag(t('staff-account:off')) : tag(t('staff-account:on'), 'good'),
        ],
      ]),
    )}
    <h2>${t('staff-settings:details')}</h2>
    ${actionForm({
      action: `${own}/details`,
      csrf,
      body: [detailFields(formFields(form, faults), t, found), button(t('staff-settings:save'))],
    })}
    ${
      found.id === user.id
        ? html`<p>${t('staff-settings:not_oneself')}</p>`
        : html`
            <h2>${t('staff-settings:give_role')}</h2>
            ${actionForm({
              action: `${own}/role`,
              csrf,
              body: [
                fields.select({
                  name: 'unit',
                  label: t('staff-settings:unit'),
                  choices: unitChoices(context),
                }),
                fields.select({ name: 'role', label: t('staff-settings:role'), choices: roleChoices(t) }),
                button(t('staff-settings:save_role')),
              ],
            })}
            ${newLinkPart(own, context)}
            <h2>${t('staff-settings:close_title')}</h2>
            <p>${t('staff-settings:close_intro')}</p>
            ${actionForm({
              action: `${own}/state`,
              csrf,
              body: html`<div class="buttons">
                ${found.disabledAt === null ? act('close', 'danger') : act('open')} ${act('end-sessions')}
                ${found.totpSecret !== null && act('remove-second-factor')}
              </div>`,
            })}
          `
    }`;
  return { kind: 'page', title: found.name, back: backTo(context), body };
}

/** Does something to another's account and records it; nobody does it to their own. */
async function changeOther<T>(
  context: ProvinceContext,
  action: string,
  work: (user: StaffUser, stores: StaffStores) => Promise<{ before: unknown; after: unknown; result: T }>,
): Promise<T> {
  const found = await readUser(context);
  if (found.id === context.user.id)
    throw new AppError('conflict', 'Nobody changes the rights of their own account.');
  const act: Act = { action, subject: `user:${found.username}` };
  return context.change(act, (stores) => work(found, stores));
}

async function saveDetails(context: ProvinceContext, form: z.output<typeof detailForm>): Promise<Answer> {
  const found = await readUser(context);
  const act = { action: 'user.details', subject: `user:${found.username}` };
  const isSaved = await context.change(act, async ({ users }) => {
    if (!(await users.rename(found.id, form))) return { result: false, unchanged: true };
    return { before: { name: found.name, email: found.email }, after: form, result: true };
  });
  if (!isSaved) {
    const faults = { email: context.t('staff-settings:email_taken') };
    return { ...(await showUser(context, faults, { ...form, email: form.email ?? '' })), status: 422 };
  }
  return { kind: 'redirect', to: `${listPath}/${found.username}`, done: 'saved' };
}

async function setUserRole(context: ProvinceContext, form: z.output<typeof roleForm>): Promise<Answer> {
  checkUnit(context, form.unit);
  const next = form.role === 'none' ? null : form.role;
  await changeOther(context, 'user.role', async (found, { users }) => {
    await users.setRole(found.id, form.unit, next);
    const before = { unit: form.unit, role: found.roles[form.unit] ?? null };
    return { before, after: { unit: form.unit, role: next }, result: undefined };
  });
  return { kind: 'redirect', to: `${listPath}/${context.param('username')}`, done: 'role_saved' };
}

async function setUserState(context: ProvinceContext, { act }: z.output<typeof stateForm>): Promise<Answer> {
  const at = context.now.toISOString();
  await changeOther(context, `user.${act}`, async (found, { users }) => {
    const before = { closed: found.disabledAt !== null, secondFactor: found.totpSecret !== null };
    switch (act) {
      case 'close':
        await users.setDisabled(found.id, at);
        break;
      case 'open':
        await users.setDisabled(found.id, null);
        break;
      case 'end-sessions':
        await users.endSessions(found.id);
        break;
      case 'remove-second-factor':
        await users.setTotpSecret(found.id, null);
    }
    const now = await users.read(found.id);
    const after = { closed: now?.disabledAt !== null, secondFactor: now?.totpSecret !== null };
    return { before, after, result: undefined };
  });
  return { kind: 'redirect', to: `${listPath}/${context.param('username')}`, done: 'account_changed' };
}

async function inviteUser(context: ProvinceContext): Promise<Answer> {
  const { user, now } = context;
  const link = await changeOther(context, 'user.invite', async (found, { users }) => ({
    before: null,
    after: { hours: invitationHours },
    result: await invite(users, { userId: found.id, createdBy: user.username, now }),
  }));
  return showInvitation(context, context.param('username'), link, listPath);
}

async function saveSecurity(context: ProvinceContext, form: z.output<typeof securityForm>): Promise<Answer> {
  await context.change({ action: 'settings.security', subject: 'deployment' }, async ({ settings }) => {
    const before = await readSecurity(settings);
    await writeSecurity(settings, form);
    return { before, after: form, result: undefined };
  });
  return { kind: 'redirect', to: listPath, done: 'saved' };
}
