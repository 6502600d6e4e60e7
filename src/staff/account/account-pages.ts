import { z } from 'zod';
import { everyUnit } from '../../core/staff.ts';
import { actionForm, button, buttonLink, factList, faultSummary, formFields, tag } from '../components.ts';
import { qrSvg } from '../qr-image.ts';
import { optionalLine, type Entered, type Faults } from '../form.ts';
import { timeTag } from '../format-time.ts';
import { html } from '../html.ts';
import { ownAction, ownPage, type Answer, type OwnContext, type StaffRoute } from '../route.ts';
import { readSecurity } from '../settings/security-settings.ts';
import { openTotpSecret, sealTotpSecret, takeTotpCode } from './second-factor.ts';
import { findTotpStep, newTotpSecret, totpAddress } from './totp.ts';

const code = optionalLine(20).transform((text) => text.replace(/\s/gu, ''));
const codeForm = z.object({ code });
const enrolForm = z.object({ code, secret: z.string().max(400) });
const enrolStages = ['complete', 'enrol'] as const;
const secondFactorPath = '/staff/-/account/second-factor';

/** One's own account: who one is, the password, the authenticator app. */
export const accountRoutes: readonly StaffRoute[] = [
  ownPage({ path: '/-/account', role: 'signed-in', handle: showAccount }),
  ownPage({
    path: '/-/account/second-factor',
    role: 'signed-in',
    stages: enrolStages,
    handle: (context) => showSecondFactor(context, {}),
  }),
  ownAction({
    path: '/-/account/second-factor',
    role: 'signed-in',
    stages: enrolStages,
    form: enrolForm,
    handle: enrol,
    refuse: (context, faults, form) => showSecondFactor(context, faults, form),
  }),
  ownAction({
    path: '/-/account/second-factor/remove',
    role: 'signed-in',
    form: codeForm,
    handle: removeSecondFactor,
    refuse: (context, faults) => showSecondFactor(context, faults),
  }),
  ownPage({
    path: '/-/second-factor',
    role: 'signed-in',
    stages: ['second-factor'],
    handle: (context) => askForCode(context, {}),
  }),
  ownAction({
    path: '/-/second-factor',
    role: 'signed-in',
    stages: ['second-factor'],
    form: codeForm,
    handle: giveCode,
    refuse: (context, faults) => askForCode(context, faults),
  }),
];

type Page = Answer & { kind: 'page' };

function showAccount({ t, user, services }: OwnContext): Answer {
  const units = services.library().units;
  const roles = Object.entries(user.roles).map(
    ([unitId, role]) =>
      html`<li>
        ${unitId === everyUnit ? t('role.every_unit') : (units.get(unitId)?.name.vi ?? unitId)}:
        ${t(`role.${role}`)}
      </li>`,
  );
  const body = html` ${factList([
      [t('staff-account:username'), user.username],
      [t('staff-account:name'), user.name],
      [t('staff-account:email'), user.email ?? t('none')],
      [
        t('staff-account:roles'),
        html`<ul class="list">
          ${roles}
        </ul>`,
      ],
      [t('staff-account:signed_in'), user.signedInAt === null ? t('none') : timeTag(user.signedInAt)],
      [
        t('staff-account:second_factor'),
        user.totpSecret === null ? tag(t('staff-account:off')) : tag(t('staff-account:on'), 'good'),
      ],
    ])}
    <div class="buttons">
      ${user.passwordHash !== null && buttonLink('/staff/-/new-password', t('password.title'))}
      ${buttonLink(secondFactorPath, t('staff-account:second_factor'))}
    </div>`;
  return { kind: 'page', title: t('staff-account:title'), body };
}

async function showSecondFactor(context: OwnContext, faults: Faults, form?: Entered): Promise<Page> {
  const { t, csrf, user, services, sessions } = context;
  const title = t('staff-account:second_factor');
  const back = { to: '/staff/-/account', label: t('staff-account:title') };
  const isForced = !sessions.current?.secondFactor && (await mustHaveSecondFactor(context));
  const field = formFields(undefined, faults).text({
    ...{
      name: 'code',
      label: t('staff-account:code'),
      hint: t('staff-account:code_hint'),
      autocomplete: 'one-time-code',
    },
    ...{ inputMode: 'numeric', width: 8, maxLength: 10, required: true },
  });
  if (user.totpSecret !== null) {
    const body = html` <p>${t('staff-account:is_on')}</p>
      ${faultSummary(faults, t)}
      ${actionForm({ action: `${secondFactorPath}/remove`, csrf, body: [field, button(t('staff-account:remove'), 'danger')] })}`;
    return { kind: 'page', title, back, body };
  }
  const offered = typeof form?.secret === 'string' ? openOffered(context, form.secret) : undefined;
  const secret = offered ?? newTotpSecret();
  const sealed = Buffer.from(sealTotpSecret(services.secrets, user.id, secret)).toString('base64url');
  const body = html` ${isForced && html`<p>${t('staff-account:must')}</p>`} ${faultSummary(faults, t)}
    <ol class="list">
      <li>${t('staff-account:step_app')}</li>
      <li>
        ${t('staff-account:step_key')}
        <p>
          <img
            class="code-picture"
            src="data:image/svg+xml;base64,${Buffer.from(qrSvg(totpAddress(secret, user.username))).toString('base64')}"
            alt="${t('staff-account:qr_alt')}"
          />
        </p>
        <p>${t('staff-account:or_key')}</p>
        <p class="key"><code>${secret.match(/.{1,4}/g)?.join(' ')}</code></p>
        <p>${t('staff-account:step_kind')}</p>
        <p class="hint">
          ${t('staff-account:step_address')} <code>${totpAddress(secret, user.username)}</code>
        </p>
      </li>
      <li>${t('staff-account:step_code')}</li>
    </ol>
    ${actionForm({
      action: secondFactorPath,
      csrf,
      body: [
        html`<input type="hidden" name="secret" value="${sealed}" />`,
        field,
        button(t('staff-account:turn_on')),
      ],
    })}`;
  return { kind: 'page', title, ...(isForced ? {} : { back }), body };
}

function openOffered({ services, user }: OwnContext, sealed: string): string | undefined {
  try {
    return openTotpSecret(services.secrets, user.id, Buffer.from(sealed, 'base64url'));
  } catch {
    return undefined;
  }
}

async function enrol(context: OwnContext, form: z.output<typeof enrolForm>): Promise<Answer> {
  const { t, user, services, sessions, now } = context;
  const secret = openOffered(context, form.secret);
  const step = secret === undefined ? undefined : findTotpStep(secret, form.code, now);
  if (user.totpSecret !== null) return { kind: 'redirect', to: secondFactorPath };
  if (secret === undefined || step === undefined) {
    return {
      ...(await showSecondFactor(context, { code: t('staff-account:wrong_code') }, form)),
      status: 422,
    };
  }
  await context.change(
    { action: 'user.second-factor', subject: `user:${user.username}` },
    async ({ users }) => {
      await users.setTotpSecret(user.id, sealTotpSecret(services.secrets, user.id, secret));
      await users.takeTotpStep(user.id, step);
      return { before: { secondFactor: false }, after: { secondFactor: true }, result: undefined };
    },
  );
  await sessions.confirmSecondFactor();
  return { kind: 'redirect', to: '/staff/-/account', done: 'second_factor_on' };
}

async function removeSecondFactor(context: OwnContext, form: z.output<typeof codeForm>): Promise<Answer> {
  const { t, user, sessions } = context;
  const outcome = await takeTotpCode(context, user, form.code);
  if (outcome !== 'ok') {
    const key = outcome === 'wrong' ? 'staff-account:wrong_code' : 'sign_in.too_often';
    return {
      ...(await showSecondFactor(context, { code: t(key) })),
      status: outcome === 'wrong' ? 422 : 429,
    };
  }
  const renewed = await context.change(
    { action: 'user.second-factor', subject: `user:${user.username}` },
    async ({ users }) => {
      await users.setTotpSecret(user.id, null);
      return {
        before: { secondFactor: true },
        after: { secondFactor: false },
        result: await users.read(user.id),
      };
    },
  );
  if (renewed !== undefined) await sessions.renew(renewed, { secondFactor: false });
  return { kind: 'redirect', to: '/staff/-/account', done: 'second_factor_off' };
}

async function mustHaveSecondFactor({ user, stores }: OwnContext): Promise<boolean> {
  const isAdmin = Object.values(user.roles).includes('admin');
  return isAdmin && (await readSecurity(stores.settings)).adminsNeedSecondFactor;
}

function askForCode({ t, csrf }: OwnContext, faults: Faults): Page {
  const body = html` ${faultSummary(faults, t)}
  ${actionForm({
    action: '/staff/-/second-factor',
    csrf,
    body: [
      formFields(undefined, faults).text({
        ...{ name: 'code', label: t('staff-account:code'), hint: t('staff-account:code_hint') },
        ...{ autocomplete: 'one-time-code', inputMode: 'numeric', width: 8, maxLength: 10, required: true },
      }),
      button(t('staff-account:go_on')),
    ],
  })}
  ${actionForm({ action: '/staff/-/sign-out', csrf, body: button(t('frame.sign_out'), 'secondary') })}`;
  return { kind: 'page', title: t('staff-account:ask_title'), body };
}

async function giveCode(context: OwnContext, form: z.output<typeof codeForm>): Promise<Answer> {
  const { t, user, sessions } = context;
  const outcome = await takeTotpCode(context, user, form.code);
  if (outcome === 'too-often')
    return { ...askForCode(context, { code: t('sign_in.too_often') }), status: 429 };
  if (outcome === 'wrong')
    return { ...askForCode(context, { code: t('staff-account:wrong_code') }), status: 422 };
  await sessions.confirmSecondFactor();
  return { kind: 'redirect', to: '/staff' };
}
