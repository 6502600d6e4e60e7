import type { Topic } from '../../content/library.ts';
import { addDays, startOfVietnamDay, vietnamDay } from '../../core/clock.ts';
import { covers, type StaffRole } from '../../core/staff.ts';
import { formatDay, formatInstant } from '../format-time.ts';
import { html, type Html } from '../html.ts';
import { channelName } from '../log-words.ts';
import type { UnitContext } from '../route.ts';

/** Something that waits for a person. */
export interface Need {
  /** What it is, with how many. */
  label: string;
  /** Where it is seen to; undefined where there is no page for it. */
  to?: string;
  /** More about it, e.g. how long is left. */
  detail?: Html | string;
  isUrgent: boolean;
}

/** Looks whether something waits; undefined when nothing does. */
interface NeedFinder {
  /** Who can see to it; others are not told. */
  role: StaffRole;
  find: (context: UnitContext) => Promise<Need | undefined>;
}

const soonDays = 30;
/** A hand-over with less than this left is urgent. */
const urgentMs = 2 * 3_600_000;
/** A token is renewed hours before its end: with less left than this, renewing has failed again and again. */
const tokenMs = 2 * 3_600_000;
const missedDays = 7;
const urgentReportDays = 2;
const namedAtMost = 12;

/** What may wait for someone, the most pressing first. A new one is an entry of this list. */
const finders: readonly NeedFinder[] = [
  { role: 'viewer', find: findHandovers },
  { role: 'admin', find: findTokens },
  { role: 'viewer', find: findReports },
  { role: 'viewer', find: findMissed },
  { role: 'viewer', find: findExpiring },
];

/** All that waits in this unit for someone with the officer's role. */
export async function findNeeds(context: UnitContext): Promise<Need[]> {
  const needs: Need[] = [];
  for (const { role, find } of finders) {
    const need = covers(context.role, role) ? await find(context) : undefined;
    if (need !== undefined) needs.push(need);
  }
  return needs;
}

async function findHandovers({ t, stores, now, path, role }: UnitContext): Promise<Need | undefined> {
  const leftOut = new Set((await stores.uncounted.list()).map(({ citizen }) => citizen));
  const open = (await stores.handovers.listOpen()).filter(
    ({ answeredAt, test, citizen }) => answeredAt === null && !test && !leftOut.has(citizen),
  );
  if (open.length === 0) return undefined;
  const leftMs = Math.min(...open.map(({ windowUntil }) => Date.parse(windowUntil) - now.getTime()));
  const oldest = open[0]?.openedAt ?? now.toISOString();
  const hours = Math.max(0, Math.floor(leftMs / 3_600_000));
  return {
    label: t('staff-overview:need.handovers', { count: open.length }),
    to: covers(role, 'reviewer') ? path('/handovers') : `${path('/conversations')}?decision=handover`,
    detail: t('staff-overview:need.handovers_detail', { since: formatInstant(oldest), hours }),
    isUrgent: leftMs < urgentMs,
  };
}

async function findTokens({ t, stores, now }: UnitContext): Promise<Need | undefined> {
  const failing = (await stores.tokens.list()).filter(
    ({ expiresAt }) => Date.parse(expiresAt) - now.getTime() < tokenMs,
  );
  if (failing.length === 0) return undefined;
  const channels = failing.map(({ channel }) => channelName(channel, t)).join(', ');
  return {
    label: t('staff-overview:need.tokens', { channels }),
    detail: t('staff-overview:need.tokens_detail'),
    isUrgent: true,
  };
}

async function findReports({ t, services, unit, path }: UnitContext): Promise<Need | undefined> {
  const due = await services.reports.listDue([unit.id]);
  const [first] = due;
  if (first === undefined) return undefined;
  const items = due.map(({ period, dueOn, daysLeft, state }) => {
    const key = daysLeft < 0 ? 'staff-overview:need.report_missing' : 'staff-overview:need.report_due';
    return html`<li>
      ${t(key, { period: period.id, day: formatDay(dueOn) })} (${t(`staff-overview:need.report_${state}`)})
    </li>`;
  });
  return {
    label: t('staff-overview:need.reports', { count: due.length }),
    to: path('/reports'),
    detail: html`<ul class="list">
      ${items}
    </ul>`,
    isUrgent: first.daysLeft <= urgentReportDays,
  };
}

async function findMissed({ t, stores, now, path }: UnitContext): Promise<Need | undefined> {
  const today = vietnamDay(now);
  const from = addDays(today, 1 - missedDays);
  const interval = { from: startOfVietnamDay(from), to: startOfVietnamDay(addDays(today, 1)) };
  const missed = await stores.overview.countMissed(interval);
  if (missed === 0) return undefined;
  return {
    label: t('staff-overview:need.missed', { count: missed, days: missedDays }),
    to: `${path('/conversations')}?decision=fallback&from=${from}&to=${today}`,
    isUrgent: false,
  };
}

async function findExpiring({ t, services, now, path }: UnitContext): Promise<Need | undefined> {
  const today = vietnamDay(now);
  const soon = addDays(today, soonDays);
  const ending = [...services.library().topics.values()]
    .filter(({ status }) => status === 'published')
    .map((topic) => ({ topic, end: endOf(topic) }))
    .filter(({ end }) => end <= soon)
    .sort((one, other) => (one.end < other.end ? -1 : 1));
  if (ending.length === 0) return undefined;
  const named = ending.slice(0, namedAtMost);
  const items = named.map(({ topic, end }) => {
    const key = end < today ? 'staff-overview:need.ended' : 'staff-overview:need.ends';
    return html`<li>
      <a href="${path(`/content/topics/${topic.id}`)}">${services.topicName(topic.id)}</a>:
      ${t(key, { day: formatDay(end) })}
    </li>`;
  });
  const more = ending.length - named.length;
  return {
    label: t('staff-overview:need.expiring', { count: ending.length, days: soonDays }),
    to: path('/content'),
    detail: html`<details>
      <summary>${t('staff-overview:need.which')}</summary>
      <ul class="list">
        ${items}${more > 0 && html`<li>${t('staff-overview:need.more', { count: more })}</li>`}
      </ul>
    </details>`,
    isUrgent: ending.some(({ end }) => end < today),
  };
}

/** The day from which a topic must be looked at: when it ends or its review is due, whichever comes first. */
function endOf({ valid, review_by }: Topic): string {
  const until = valid.until ?? null;
  return until === null || review_by < until ? review_by : until;
}
