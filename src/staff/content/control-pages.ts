import { z } from 'zod';
import { startOfVietnamDay } from '../../core/clock.ts';
import { covers } from '../../core/staff.ts';
import type { UnitControl } from '../../core/unit-control.ts';
import { actionForm, button, dataTable, faultSummary, formFields, notice, tag } from '../components.ts';
import { day, line, lines, optionalLines, type Entered, type Faults } from '../form.ts';
import { timeTag } from '../format-time.ts';
import { html, type Html } from '../html.ts';
import { unitAction, unitPage, type Answer, type StaffRoute, type UnitContext } from '../route.ts';
import { channelName } from './bubbles.ts';
import { contentLinks } from './content-links.ts';

/** Longest notice, in characters: it stands before every answer, which must still fit. */
const noticeAtMost = 500;
const daysAtMost = 90;
const historyAtMost = 50;

const noticeForm = z.object({
  text_vi: lines(noticeAtMost),
  text_en: optionalLines(noticeAtMost),
  until_day: day,
  until_time: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
  reason: line(300),
});
const endForm = z.object({ reason: line(300) });
const switchForm = z
  .object({
    channel: line(40),
    mode: z.enum(['silent', 'text', 'on']),
    switch_vi: optionalLines(noticeAtMost),
    switch_en: optionalLines(noticeAtMost),
    switch_reason: line(300),
  })
  .refine(({ mode, switch_vi: text }) => mode !== 'text' || text !== '', {
    path: ['switch_vi'],
    message: 'required',
  });

/** The emergency notice and the kill switches of a unit. */
export const controlRoutes: readonly StaffRoute[] = [
  unitPage({ path: '/:unit/content/controls', role: 'viewer', handle: (context) => showControls(context, {}) }),
  unitAction({
    path: '/:unit/content/controls/notice',
    role: 'approver',
    form: noticeForm,
    handle: setNotice,
    refuse: showControls,
  }),
  unitAction({
    path: '/:unit/content/controls/notice/end',
    role: 'approver',
    form: endForm,
    handle: endNotice,
    refuse: showControls,
  }),
  unitAction({
    path: '/:unit/content/controls/switch',
    role: 'approver',
    form: switchForm,
    handle: setSwitch,
    refuse: showControls,
  }),
];

type Page = Answer & { kind: 'page' };

/** The channels of a unit: those that its file names, and the web chat, which every unit has. */
function channelsOf({ unit }: UnitContext): string[] {
  return ['web', ...Object.keys(unit.channels ?? {})];
}

async function showControls(context: UnitContext, faults: Faults, form?: Entered): Promise<Page> {
  const { t, services, unit, now, role } = context;
  const history = await services.desks.controls.history([unit.id], historyAtMost);
  const current = (await services.desks.controls.current()).filter(({ unitId }) => unitId === unit.id);
  const set = current.find(
    (one) => one.kind === 'notice' && one.value !== null && Date.parse(one.value.until) > now.getTime(),
  );
  const off = current.filter((one) => one.kind === 'switch' && one.value !== null);
  const maySet = covers(role, 'approver');
  const body = html`${contentLinks(context, 'controls')} ${faultSummary(faults, t)}
    <h2>${t('staff-content:notice')}</h2>
    ${set === undefined ? html`<p>${t('staff-content:no_notice')}</p>` : showNotice(set, context)}
    ${maySet && (set === undefined ? noticeFields(context, faults, form) : endFields(context))}
    <h2>${t('staff-content:switch')}</h2>
    ${dataTable<string>({
      caption: t('staff-content:switch'),
      hideCaption: true,
      empty: '',
      rows: channelsOf(context),
      columns: [
        { label: t('staff-content:channel_label'), cell: (channel) => channelName(channel, t) },
        {
          label: t('staff-content:status'),
          cell: (channel) => {
            const one = off.find((control) => control.channel === channel);
            if (one === undefined) return tag(t('staff-content:on'), 'good');
            return html`${tag(describeValue(one, t), 'bad')} ${timeTag(one.at)}, ${one.officer}: ${one.reason}`;
          },
        },
      ],
    })}
    ${maySet ? switchFields(context, faults, form) : notice(t('staff-content:controls_need'))}
    <h2>${t('staff-content:history')}</h2>
    ${dataTable<UnitControl>({
      caption: t('staff-content:history'),
      hideCaption: true,
      empty: t('staff-content:no_history'),
      rows: history,
      columns: [
        { label: t('staff-content:at'), cell: ({ at }) => timeTag(at) },
        {
          label: t('staff-content:what'),
          cell: (control) =>
            control.kind === 'notice'
              ? t('staff-content:notice')
              : `${t('staff-content:switch')}: ${channelName(control.channel, t)}`,
        },
        { label: t('staff-content:value'), cell: (control) => describeValue(control, t) },
        { label: t('staff-content:reason'), cell: ({ reason }) => reason },
        { label: t('staff-content:by'), cell: ({ officer }) => officer },
      ],
    })}`;
  return { kind: 'page', title: t('staff-content:section.controls'), body };
}

function describeValue(control: UnitControl, t: UnitContext['t']): string {
  if (control.value === null) return t(`staff-content:ended.${control.kind}`);
  if (control.kind === 'notice') return control.value.text.vi;
  return control.value.mode === 'silent'
    ? t('staff-content:off_silent')
    : t('staff-content:off_text', { text: control.value.text?.vi ?? '' });
}

function showNotice(control: UnitControl, { t }: UnitContext): Html | null {
  if (control.kind !== 'notice' || control.value === null) return null;
  return notice(
    html`<pre class="words">${control.value.text.vi}</pre>
      <p>${t('staff-content:until')} ${timeTag(control.value.until)}. ${control.officer}: ${control.reason}</p>`,
    'warn',
  );
}

function noticeFields(context: UnitContext, faults: Faults, form: Entered | undefined): Html {
  const { t, csrf, path } = context;
  const fields = formFields(form, faults);
  return actionForm({
    action: path('/content/controls/notice'),
    csrf,
    body: [
      fields.area({
        name: 'text_vi',
        label: t('staff-content:notice_vi'),
        hint: t('staff-content:notice_hint'),
        maxLength: noticeAtMost,
      }),
      fields.area({ name: 'text_en', label: t('staff-content:notice_en'), maxLength: noticeAtMost }),
      fields.text({ name: 'until_day', label: t('staff-content:until_day'), type: 'date', width: 12 }),
      fields.text({
        name: 'until_time',
        label: t('staff-content:until_time'),
        hint: t('staff-content:until_time_hint'),
        value: '17:00',
        maxLength: 5,
        width: 6,
      }),
      fields.text({ name: 'reason', label: t('staff-content:reason'), maxLength: 300 }),
      button(t('staff-content:set_notice')),
    ],
  });
}

function endFields({ t, csrf, path }: UnitContext): Html {
  return actionForm({
    action: path('/content/controls/notice/end'),
    csrf,
    body: [
      html`<div class="field">
        <label for="end-reason">${t('staff-content:reason')}</label>
        <input id="end-reason" name="reason" maxlength="300" size="40" />
      </div>`,
      button(t('staff-content:end_notice'), 'secondary'),
    ],
  });
}

function switchFields(context: UnitContext, faults: Faults, form: Entered | undefined): Html {
  const { t, csrf, path } = context;
  const fields = formFields(form, faults);
  return actionForm({
    action: path('/content/controls/switch'),
    csrf,
    body: [
      fields.select({
        name: 'channel',
        label: t('staff-content:channel_label'),
        choices: channelsOf(context).map((value) => ({ value, label: channelName(value, t) })),
      }),
      fields.radios({
        name: 'mode',
        label: t('staff-content:mode'),
        choices: (['silent', 'text', 'on'] as const).map((value) => ({
          value,
          label: t(`staff-content:mode_of.${value}.label`),
          hint: t(`staff-content:mode_of.${value}.hint`),
        })),
      }),
      fields.area({ name: 'switch_vi', label: t('staff-content:fixed_vi'), rows: 3, maxLength: noticeAtMost }),
      fields.area({ name: 'switch_en', label: t('staff-content:fixed_en'), rows: 3, maxLength: noticeAtMost }),
      fields.text({ name: 'switch_reason', label: t('staff-content:reason'), maxLength: 300 }),
      button(t('staff-content:set_switch'), 'danger'),
    ],
  });
}

function both(vi: string, en: string): { vi: string; en?: string } {
  return en === '' ? { vi } : { vi, en };
}

async function setNotice(context: UnitContext, form: z.output<typeof noticeForm>): Promise<Answer> {
  const { t, services, unit, user, now, path } = context;
  const [hours = 0, minutes = 0] = form.until_time.split(':').map(Number);
  const until = new Date(startOfVietnamDay(form.until_day).getTime() + (hours * 60 + minutes) * 60_000);
  const leftMs = until.getTime() - now.getTime();
  if (!(leftMs > 0 && leftMs < daysAtMost * 86_400_000)) {
    const faults = { until_day: t('staff-content:fault.until', { days: daysAtMost }) };
    return { ...(await showControls(context, faults, form)), status: 422 };
  }
  await services.desks.controls.append({
    ...{ unitId: unit.id, officer: user.username, at: now.toISOString(), reason: form.reason },
    kind: 'notice',
    channel: '',
    value: { text: both(form.text_vi, form.text_en), until: until.toISOString() },
  });
  return { kind: 'redirect', to: path('/content/controls'), done: 'control_saved' };
}

async function endNotice(context: UnitContext, { reason }: { reason: string }): Promise<Answer> {
  const { services, unit, user, now, path } = context;
  await services.desks.controls.append({
    ...{ unitId: unit.id, officer: user.username, at: now.toISOString(), reason },
    kind: 'notice',
    channel: '',
    value: null,
  });
  return { kind: 'redirect', to: path('/content/controls'), done: 'control_saved' };
}

async function setSwitch(context: UnitContext, form: z.output<typeof switchForm>): Promise<Answer> {
  const { t, services, unit, user, now, path } = context;
  if (!channelsOf(context).includes(form.channel)) {
    return { ...(await showControls(context, { channel: t('fault.wrong') }, { ...form })), status: 422 };
  }
  const { mode } = form;
  await services.desks.controls.append({
    ...{ unitId: unit.id, officer: user.username, at: now.toISOString(), reason: form.switch_reason },
    kind: 'switch',
    channel: form.channel,
    value:
      mode === 'on' ? null : mode === 'silent' ? { mode } : { mode, text: both(form.switch_vi, form.switch_en) },
  });
  return { kind: 'redirect', to: path('/content/controls'), done: 'control_saved' };
}
