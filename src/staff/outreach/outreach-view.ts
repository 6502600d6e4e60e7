import {
  outreachKinds,
  type OutreachCount,
  type OutreachItem,
  type OutreachKind,
} from '../../core/outreach.ts';
import {
  actionForm,
  button,
  buttonLink,
  dataTable,
  factList,
  faultSummary,
  formFields,
  notice,
  tag,
} from '../components.ts';
import type { Faults } from '../form.ts';
import { formatDay, formatInstant } from '../format-time.ts';
import { flag, html, type Html } from '../html.ts';
import { channelName } from '../log-words.ts';
import type { StaffText } from '../staff-text.ts';
import type { NamedInvitation } from './invitation.ts';
import { quotaStates, type QuotaSpan, type QuotaState } from './quota-periods.ts';

interface Quota {
  kind: string;
  per: QuotaSpan;
  atLeast: number;
}

export interface RegisterView {
  t: StaffText;
  path: (rest: string) => string;
  query: {
    from?: string | undefined;
    to?: string | undefined;
    kind?: OutreachKind | undefined;
    withdrawn?: '1' | undefined;
  };
  items: readonly OutreachItem[];
  counts: ReadonlyMap<string, OutreachCount>;
  quotas: readonly Quota[];
  /** All items that count, whatever the filter. */
  counted: readonly OutreachItem[];
  today: string;
  mayEdit: boolean;
}

/** How many periods a quota is shown over. */
const quotaPeriods = 4;

/** The register: what the plan asks for, then the items. */
export function renderRegister(view: RegisterView): Html {
  const { t, path, mayEdit, quotas } = view;
  return html`<p>${t('staff-outreach:intro')}</p>
    ${mayEdit && html`<p>${buttonLink(path('/outreach/new'), t('staff-outreach:add'), 'primary')}</p>`}
    ${quotas.length > 0 && renderQuotas(view)}
    <h2>${t('staff-outreach:items')}</h2>
    ${renderFilter(view)} ${renderItems(view)}`;
}

function renderQuotas({ t, quotas, counted, today }: RegisterView): Html {
  const rows = quotas.map((quota) => ({
    quota,
    states: quotaStates(
      quota,
      counted.filter(({ kind }) => kind === quota.kind).map(({ day }) => day),
      today,
      quotaPeriods,
    ),
  }));
  return html`<h2>${t('staff-outreach:quotas')}</h2>
    ${dataTable<(typeof rows)[number]>({
      caption: t('staff-outreach:quotas'),
      hideCaption: true,
      empty: t('none'),
      rows,
      columns: [
        { label: t('staff-outreach:field.kind'), cell: ({ quota }) => kindName(quota.kind, t) },
        {
          label: t('staff-outreach:quota.asked'),
          cell: ({ quota }) => t(`staff-outreach:quota.per_${quota.per}`, { count: quota.atLeast }),
        },
        {
          label: t('staff-outreach:quota.now'),
          cell: ({ states }) => states[0] !== undefined && quotaState(states[0], t),
        },
        {
          label: t('staff-outreach:quota.before'),
          cell: ({ states }) =>
            html`<ul class="plain">
              ${states.slice(1).map((state) => html`<li>${quotaState(state, t)}</li>`)}
            </ul>`,
        },
      ],
    })}`;
}

function quotaState({ firstDay, lastDay, done, state }: QuotaState, t: StaffText): Html {
  const tone = { met: 'good', missing: 'bad', open: 'warn' } as const;
  return html`${formatDay(firstDay).slice(0, 5)}–${formatDay(lastDay)}: ${done}
  ${tag(t(`staff-outreach:quota.${state}`), tone[state])}`;
}

function kindName(kind: string, t: StaffText): string {
  const key = `reports:outreach_kind.${kind}`;
  return t.has(key) ? t(key) : kind;
}

function renderFilter({ t, path, query }: RegisterView): Html {
  const fields = formFields(undefined, {});
  return html`<form method="get" action="${path('/outreach')}" class="filter">
    ${fields.text({ name: 'from', label: t('staff-outreach:filter.from'), type: 'date', value: query.from ?? '', width: 12 })}
    ${fields.text({ name: 'to', label: t('staff-outreach:filter.to'), type: 'date', value: query.to ?? '', width: 12 })}
    ${fields.select({
      name: 'kind',
      label: t('staff-outreach:field.kind'),
      value: query.kind ?? '',
      choices: [
        { value: '', label: t('staff-outreach:filter.every_kind') },
        ...outreachKinds.map((kind) => ({ value: kind, label: kindName(kind, t) })),
      ],
    })}
    <div class="field choice">
      <input
        type="checkbox"
        id="field-withdrawn"
        name="withdrawn"
        value="1"
        ${flag('checked', query.withdrawn === '1')}
      />
      <label for="field-withdrawn">${t('staff-outreach:filter.withdrawn')}</label>
    </div>
    ${button(t('filter.button'), 'secondary')}
  </form>`;
}

function renderItems({ t, path, items, counts }: RegisterView): Html {
  return dataTable<OutreachItem>({
    caption: t('staff-outreach:items'),
    hideCaption: true,
    empty: t('staff-outreach:empty'),
    rows: items,
    columns: [
      { label: t('staff-outreach:field.day'), cell: ({ day }) => formatDay(day) },
      { label: t('staff-outreach:field.kind'), cell: ({ kind }) => kindName(kind, t) },
      {
        label: t('staff-outreach:field.title'),
        cell: ({ code, title, withdrawnAt }) =>
          html`<a href="${path(`/outreach/${code}`)}">${title}</a>
            ${withdrawnAt !== null && tag(t('staff-outreach:withdrawn'), 'bad')}`,
      },
      { label: t('staff-outreach:field.place'), cell: ({ place }) => place ?? '–' },
      { label: t('staff-outreach:field.reached'), cell: ({ reached }) => reached ?? '–', numeric: true },
      {
        label: t('staff-outreach:count.citizens'),
        cell: ({ code }) => {
          const count = counts.get(code);
          return count === undefined
            ? '0'
            : html`<a href="${path('/conversations')}?outreach=${code}">${count.citizens}</a>`;
        },
        numeric: true,
      },
    ],
  });
}

export interface ItemView {
  t: StaffText;
  csrf: Html;
  path: (rest: string) => string;
  item: OutreachItem;
  ways: readonly NamedInvitation[];
  count: OutreachCount | undefined;
  topicName: string | null;
  mayEdit: boolean;
  faults: Faults;
  fileLimitMegabytes: number;
}

/** One item: what was done, who came, the ways in, its file. */
export function renderItem(view: ItemView): Html {
  const { t, path, item, count, topicName, mayEdit, faults } = view;
  const own = path(`/outreach/${item.code}`);
  return html`${faultSummary(faults, t)}
    ${item.withdrawnAt !== null && notice(t('staff-outreach:withdrawn_text', { at: formatInstant(item.withdrawnAt) }), 'warn')}
    ${factList([
      [t('staff-outreach:code'), html`<code>${item.code.toUpperCase()}</code>`],
      [t('staff-outreach:field.kind'), kindName(item.kind, t)],
      [t('staff-outreach:field.day'), formatDay(item.day)],
      [t('staff-outreach:field.place'), item.place ?? '–'],
      [t('staff-outreach:field.audience'), item.audience ?? '–'],
      [
        t('staff-outreach:field.link'),
        item.link === null ? '–' : html`<a href="${item.link}" rel="noopener noreferrer">${item.link}</a>`,
      ],
      [t('staff-outreach:field.topic'), topicName ?? '–'],
      [t('staff-outreach:field.reached'), item.reached ?? '–'],
      [t('staff-outreach:changed'), `${formatInstant(item.updatedAt)}, ${item.updatedBy}`],
    ])}
    ${mayEdit && html`<p>${buttonLink(`${own}/edit`, t('staff-outreach:edit'))}</p>`}
    <h2>${t('staff-outreach:count.title')}</h2>
    ${factList([
      [t('staff-outreach:count.citizens'), count?.citizens ?? 0],
      [t('staff-outreach:count.interactions'), count?.interactions ?? 0],
      [t('staff-outreach:count.answers'), count?.answers ?? 0],
    ])}
    <h2>${t('staff-outreach:ways')}</h2>
    ${renderWays(view, own)}
    <h2>${t('staff-outreach:file.title')}</h2>
    ${renderFile(view, own)} ${mayEdit && withdrawalForm(view, own)}`;
}

function renderWays({ t, ways, item }: ItemView, own: string): Html {
  if (ways.length === 0) return notice(t('staff-outreach:no_ways'), 'warn');
  return html`<p>${t('staff-outreach:ways_intro', { code: item.code.toUpperCase() })}</p>
    <ul class="ways">
      ${ways.map(
        ({ channel, url, carriesCode }) =>
          html`<li>
            <h3>${channelName(channel, t)}</h3>
            <img
              src="${own}/qr/${channel}.svg"
              alt="${t('staff-outreach:qr_alt', { channel: channelName(channel, t) })}"
              width="180"
              height="180"
            />
            <p><code>${url}</code></p>
            ${!carriesCode && html`<p class="hint">${t('staff-outreach:type_code', { code: item.code.toUpperCase() })}</p>`}
            <p>
              <a href="${own}/qr/${channel}.png">${t('staff-outreach:qr_png')}</a> ·
              <a href="${own}/qr/${channel}.svg">${t('staff-outreach:qr_svg')}</a>
            </p>
          </li>`,
      )}
    </ul>
    <p class="buttons">
      ${buttonLink(`${own}/poster/a4.pdf`, t('staff-outreach:poster_a4'), 'primary')}
      ${buttonLink(`${own}/poster/a5.pdf`, t('staff-outreach:poster_a5'))}
    </p>`;
}

function renderFile({ t, csrf, item, mayEdit, faults, fileLimitMegabytes }: ItemView, own: string): Html {
  const { attachment } = item;
  const fault = faults.file;
  return html`${
    attachment === null
      ? html`<p>${t('staff-outreach:file.none')}</p>`
      : html`<p><a href="${own}/file">${attachment.name}</a> (${Math.ceil(attachment.bytes / 1024)} kB)</p>`
  }
  ${
    mayEdit &&
    actionForm({
      action: `${own}/file`,
      csrf,
      upload: true,
      body: html`<div class="field${fault === undefined ? '' : ' field-wrong'}">
          <label for="field-file"
            >${t(attachment === null ? 'staff-outreach:file.choose' : 'staff-outreach:file.replace')}</label
          >
          <p class="hint" id="hint-file">
            ${t('staff-outreach:file.hint', { megabytes: fileLimitMegabytes })}
          </p>
          ${fault !== undefined && html`<p class="fault" id="fault-file">${fault}</p>`}
          <input
            id="field-file"
            name="file"
            type="file"
            accept=".pdf,.png,.jpg,.jpeg"
            aria-describedby="hint-file"
          />
        </div>
        ${button(t('staff-outreach:file.send'), 'secondary')}`,
    })
  }
  ${
    mayEdit &&
    attachment !== null &&
    actionForm({
      action: `${own}/file/removal`,
      csrf,
      body: [button(t('staff-outreach:file.remove'), 'secondary')],
    })
  }`;
}

function withdrawalForm({ t, csrf, item }: ItemView, own: string): Html {
  const act = item.withdrawnAt === null ? 'withdraw' : 'restore';
  return html`<h2>${t(`staff-outreach:${act}.title`)}</h2>
    <p>${t(`staff-outreach:${act}.intro`)}</p>
    ${actionForm({
      action: `${own}/withdrawal`,
      csrf,
      body: [
        button(t(`staff-outreach:${act}.button`), act === 'withdraw' ? 'danger' : 'secondary', {
          name: 'act',
          value: act,
        }),
      ],
    })}`;
}
