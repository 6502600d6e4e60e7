import { addDays, startOfVietnamDay, vietnamDay } from '../../core/clock.ts';
import type { ChannelFigures, DayFigures, TopicFigures } from '../../core/overview.ts';
import { dataTable, notice } from '../components.ts';
import { formatDay } from '../format-time.ts';
import { html, type Html } from '../html.ts';
import { channelName } from '../log-words.ts';
import { unitPage, type Answer, type StaffRoute, type UnitContext } from '../route.ts';
import { shareBar, stackedColumns } from './chart.ts';
import { findNeeds, type Need } from './needs.ts';
import { soFar } from './so-far.ts';

/** The first page of a unit: how it goes, and what waits for someone. */
export const overviewRoutes: readonly StaffRoute[] = [
  unitPage({ path: '/:unit', role: 'viewer', handle: showOverview }),
];

const topTopics = 10;

async function showOverview(context: UnitContext): Promise<Answer> {
  const { t, unit, now, stores } = context;
  const today = vietnamDay(now);
  const tomorrow = startOfVietnamDay(addDays(today, 1));
  const { period, interval } = soFar(unit, now);
  const sofar = await stores.overview.readSpan(interval);
  const todays = await stores.overview.readChannels({ from: startOfVietnamDay(today), to: tomorrow });
  const spans = [
    { label: t('staff-overview:today'), first: today, last: today, channels: todays },
    {
      label: t('staff-overview:period', {
        period: t(`staff-overview:quarter`, { number: period.number, year: period.year }),
        from: formatDay(period.firstDay),
      }),
      first: period.firstDay,
      last: today,
      channels: sofar.channels,
    },
  ] as const;
  const body = html` ${showNeeds(await findNeeds(context), t)}
    <h2>${t('staff-overview:figures')}</h2>
    ${showFigures(context, spans)}
    <p class="hint">${t('staff-overview:counted')}</p>
    ${showDays(context, sofar.days, period.firstDay, today)}
    ${showChannels(context, sofar.channels, { from: period.firstDay, to: today })}
    ${showTopics(context, sofar.topics.slice(0, topTopics), period.firstDay, today)}`;
  return { kind: 'page', title: t('staff-overview:title'), body };
}

function showNeeds(needs: readonly Need[], t: UnitContext['t']): Html {
  const items = needs.map(({ label, to, detail, isUrgent }) => {
    const name =
      to === undefined
        ? html`<strong>${label}</strong>`
        : html`<a href="${to}"><strong>${label}</strong></a>`;
    return html`<li class="${isUrgent ? 'need need-urgent' : 'need'}">
      ${name}${detail !== undefined && html`<div>${detail}</div>`}
    </li>`;
  });
  return html`<h2>${t('staff-overview:needs')}</h2>
    ${
      items.length === 0
        ? notice(t('staff-overview:nothing'))
        : html`<ul class="needs">
            ${items}
          </ul>`
    }`;
}

interface Span {
  label: string;
  first: string;
  last: string;
  channels: readonly ChannelFigures[];
}

/** What the list of conversations is filtered by, as its address has it. */
type RowFilter = Readonly<Record<string, string>>;

/** A figure that leads to the rows it counts. */
function countLink(path: UnitContext['path'], value: number, rows: RowFilter): Html {
  const query = new URLSearchParams(rows).toString();
  return html`<a href="${path('/conversations')}?${query}">${value.toLocaleString('vi')}</a>`;
}

/** The figures in order, how each is summed from the channels, and which rows are behind it. */
const figures: readonly { key: string; sum: (of: ChannelFigures) => number; rows: RowFilter }[] = [
  { key: 'citizens', sum: ({ citizens }) => citizens, rows: {} },
  { key: 'sessions', sum: ({ sessions }) => sessions, rows: {} },
  { key: 'interactions', sum: ({ interactions }) => interactions, rows: {} },
  { key: 'answered', sum: ({ answered }) => answered, rows: { decision: 'answer' } },
  { key: 'asked_back', sum: ({ askedBack }) => askedBack, rows: { decision: 'clarify' } },
  { key: 'not_understood', sum: ({ notUnderstood }) => notUnderstood, rows: { decision: 'fallback' } },
  { key: 'handed_over', sum: ({ handedOver }) => handedOver, rows: { decision: 'handover' } },
  { key: 'helpful', sum: ({ helpful }) => helpful, rows: { feedback: 'helpful' } },
  { key: 'not_helpful', sum: ({ notHelpful }) => notHelpful, rows: { feedback: 'not-helpful' } },
];
const ofInteractions = ['answered', 'asked_back', 'not_understood', 'handed_over'];

const total = (channels: readonly ChannelFigures[], sum: (of: ChannelFigures) => number) =>
  channels.reduce((all, channel) => all + sum(channel), 0);

function showFigures({ t, path }: UnitContext, spans: readonly Span[]): Html {
  return dataTable({
    caption: t('staff-overview:figures'),
    hideCaption: true,
    empty: '',
    rows: figures,
    columns: [
      { label: t('staff-overview:figure'), cell: ({ key }) => t(`staff-overview:name.${key}`) },
      ...spans.map(({ label, first, last, channels }) => ({
        label,
        numeric: true,
        cell: ({ key, sum, rows }: (typeof figures)[number]) => {
          const value = total(channels, sum);
          const all = total(channels, ({ interactions }) => interactions);
          const share =
            ofInteractions.includes(key) && all > 0 ? ` (${Math.round((value / all) * 100)}%)` : '';
          return html`${countLink(path, value, { from: first, to: last, ...rows })}${share}`;
        },
      })),
      {
        label: t('staff-overview:meaning'),
        cell: ({ key }) => html`<span class="hint">${t(`staff-overview:means.${key}`)}</span>`,
      },
    ],
  });
}

function showDays({ t, path }: UnitContext, days: readonly DayFigures[], first: string, last: string): Html {
  const channels = [...new Set(days.map(({ channel }) => channel))].sort();
  const found = new Map(days.map(({ day, channel, interactions }) => [`${day} ${channel}`, interactions]));
  const bars: { day: string; label: string; values: number[] }[] = [];
  for (let day = first; day <= last; day = addDays(day, 1)) {
    bars.push({
      day,
      label: formatDay(day).slice(0, 5),
      values: channels.map((channel) => found.get(`${day} ${channel}`) ?? 0),
    });
  }
  const title = t('staff-overview:by_day');
  const legend = channels.map(
    (channel, index) =>
      html`<li>
        <svg class="key-mark" viewBox="0 0 10 10" aria-hidden="true">
          <rect class="series-${index}" width="10" height="10" />
        </svg>
        ${channelName(channel, t)}
      </li>`,
  );
  return html`<h2>${title}</h2>
    ${
      days.length === 0
        ? html`<p class="empty">${t('staff-overview:no_traffic')}</p>`
        : html`<figure class="figure">
            ${stackedColumns({ title, bars })}
            <figcaption>
              <ul class="legend">
                ${legend}
              </ul>
            </figcaption>
          </figure>`
    }
    <details>
      <summary>${t('staff-overview:as_table')}</summary>
      ${dataTable({
        caption: title,
        empty: t('staff-overview:no_traffic'),
        rows: bars.filter(({ values }) => values.some((value) => value > 0)).reverse(),
        columns: [
          {
            label: t('staff-overview:day'),
            cell: ({ day }) => formatDay(day),
          },
          ...channels.map((channel, index) => ({
            ...{ label: channelName(channel, t), numeric: true },
            cell: ({ day, values }: (typeof bars)[number]) =>
              countLink(path, values[index] ?? 0, { from: day, to: day, channel }),
          })),
        ],
      })}
    </details>`;
}

function showChannels(
  { t, path }: UnitContext,
  channels: readonly ChannelFigures[],
  span: { from: string; to: string },
): Html {
  const most = Math.max(0, ...channels.map(({ interactions }) => interactions));
  const column = (key: 'interactions' | 'citizens' | 'sessions' | 'answered') => ({
    ...{ label: t(`staff-overview:name.${key}`), numeric: true },
    cell: (of: ChannelFigures) => {
      const rows = figures.find((figure) => figure.key === key)?.rows;
      return countLink(path, of[key], { ...span, channel: of.channel, ...rows });
    },
  });
  return html`<h2>${t('staff-overview:by_channel')}</h2>
    ${dataTable<ChannelFigures>({
      caption: t('staff-overview:by_channel'),
      hideCaption: true,
      empty: t('staff-overview:no_traffic'),
      rows: channels,
      columns: [
        { label: t('staff-overview:channel'), cell: ({ channel }) => channelName(channel, t) },
        { label: t('staff-overview:compared'), cell: ({ interactions }) => shareBar(interactions, most) },
        column('interactions'),
        column('citizens'),
        column('sessions'),
        column('answered'),
      ],
    })}`;
}

function showTopics(
  { t, path, services }: UnitContext,
  topics: readonly TopicFigures[],
  first: string,
  last: string,
): Html {
  const most = topics[0]?.interactions ?? 0;
  return html`<h2>${t('staff-overview:topics')}</h2>
    ${dataTable<TopicFigures>({
      caption: t('staff-overview:topics'),
      hideCaption: true,
      empty: t('staff-overview:no_traffic'),
      rows: topics,
      columns: [
        { label: t('staff-overview:topic'), cell: ({ topic }) => services.topicName(topic) },
        { label: t('staff-overview:compared'), cell: ({ interactions }) => shareBar(interactions, most) },
        {
          label: t('staff-overview:name.answered'),
          numeric: true,
          cell: ({ topic, interactions }) =>
            countLink(path, interactions, { from: first, to: last, topic, decision: 'answer' }),
        },
      ],
    })}`;
}
