import { vietnamDay } from '../../core/clock.ts';
import type { HandoverEntry } from '../../core/handover.ts';
import type { OpenHandover, TalkLine } from '../../core/unit-handovers.ts';
import { dataTable, factList, notice, tag } from '../components.ts';
import { formatClock, formatInstant, timeTag } from '../format-time.ts';
import { html, type Html } from '../html.ts';
import { channelName, shortCitizen } from '../log-words.ts';
import type { StaffText } from '../staff-text.ts';

/** What the drawings below need to know of the page. */
export interface TakeoverView {
  t: StaffText;
  now: Date;
  /** The officer who looks. */
  username: string;
  /** An officer's name by username. */
  nameOf: (username: string) => string;
  path: (rest: string) => string;
}

export function citizenLabel(citizen: string, t: StaffText): string {
  return t('staff-takeover:citizen', { id: shortCitizen(citizen) });
}

/** A span of time in its two largest units: `2 ngày 3 giờ`, `5 phút`. */
export function formatSpan(ms: number, t: StaffText): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  const [days, hours, rest] = [Math.floor(minutes / 1_440), Math.floor(minutes / 60) % 24, minutes % 60];
  if (days > 0) return t('staff-takeover:span.days', { days, hours });
  if (hours > 0) return t('staff-takeover:span.hours', { hours, minutes: rest });
  return minutes === 0 ? t('staff-takeover:span.now') : t('staff-takeover:span.minutes', { minutes });
}

/** Time left in which the platform lets an officer answer. */
export function windowTag(entry: HandoverEntry, now: Date, t: StaffText): Html {
  const leftMs = Date.parse(entry.windowUntil) - now.getTime();
  if (leftMs <= 0) return tag(t('staff-takeover:window_over'), 'bad');
  return tag(formatSpan(leftMs, t), leftMs < 2 * 60 * 60_000 ? 'warn' : 'plain');
}

/** The inbox; its parts have ids so that the page's script can renew them one by one. */
export function renderInbox(rows: readonly OpenHandover[], view: TakeoverView): Html {
  const { t, now, path, username, nameOf } = view;
  const waiting = rows.filter(({ waitingSince }) => waitingSince !== null).length;
  const free = rows.filter(({ assignedTo }) => assignedTo === null).length;
  return html`<p id="waiting-count" role="status">
      ${rows.length === 0 ? t('staff-takeover:nobody') : t('staff-takeover:count', { open: rows.length, waiting, free })}
    </p>
    <div id="waiting-list">
      ${
        rows.length > 0 &&
        dataTable<OpenHandover>({
          caption: t('staff-takeover:title'),
          hideCaption: true,
          empty: t('staff-takeover:nobody'),
          rows,
          columns: [
            {
              label: t('staff-takeover:who'),
              cell: ({ id, citizen, channel, test }) =>
                html`<a href="${path(`/handovers/${id}`)}">${citizenLabel(citizen, t)}</a>
                  <span class="quiet">${channelName(channel, t)}</span>
                  ${test && tag(t('staff-takeover:test'))}`,
            },
            {
              label: t('staff-takeover:waiting'),
              cell: ({ waitingSince }) =>
                waitingSince === null
                  ? t('staff-takeover:answered')
                  : formatSpan(now.getTime() - Date.parse(waitingSince), t),
            },
            {
              label: t('staff-takeover:unanswered'),
              cell: ({ unanswered }) => String(unanswered),
              numeric: true,
            },
            { label: t('staff-takeover:window'), cell: (entry) => windowTag(entry, now, t) },
            {
              label: t('staff-takeover:holder'),
              cell: ({ assignedTo }) =>
                assignedTo === null
                  ? tag(t('staff-takeover:free'), 'warn')
                  : assignedTo === username
                    ? t('staff-takeover:me')
                    : nameOf(assignedTo),
            },
          ],
        })
      }
    </div>`;
}

/** The state of one hand-over and what was said, with ids for the page's script. */
export function renderTalk(entry: HandoverEntry, lines: readonly TalkLine[], view: TakeoverView): Html {
  const { t, now, username, nameOf } = view;
  const isOver = entry.returnedAt !== null;
  const isWindowOver = now.getTime() >= Date.parse(entry.windowUntil);
  const holder =
    entry.assignedTo === null
      ? t('staff-takeover:free')
      : entry.assignedTo === username
        ? t('staff-takeover:me')
        : nameOf(entry.assignedTo);
  return html`<div id="handover-state">
      ${factList([
        [t('staff-takeover:channel'), channelName(entry.channel, t)],
        [t('staff-takeover:opened'), timeTag(entry.openedAt)],
        [t('staff-takeover:holder'), holder],
        [t('staff-takeover:window'), isOver ? '–' : windowTag(entry, now, t)],
      ])}
      ${
        isOver
          ? notice(t(`staff-takeover:over.${entry.returnedBy ?? 'officer'}`))
          : isWindowOver && notice(t('staff-takeover:window_over_text'), 'warn')
      }
      ${
        !isOver &&
        entry.assignedTo !== null &&
        entry.assignedTo !== username &&
        notice(t('staff-takeover:taken_by', { name: nameOf(entry.assignedTo) }), 'warn')
      }
    </div>
    <h2 id="talk-title">${t('staff-takeover:talk')}</h2>
    <div
      class="talk talk-live"
      id="handover-talk"
      role="log"
      aria-live="polite"
      aria-label="${t('staff-takeover:talk')}"
      tabindex="0"
    >
      ${lines.map((line) => renderLine(line, view))}
    </div>`;
}

function renderLine(line: TalkLine, { t, now, nameOf }: TakeoverView): Html {
  const who =
    line.by === 'officer'
      ? line.officer === null
        ? t('staff-takeover:by.officer')
        : nameOf(line.officer)
      : t(`staff-takeover:by.${line.by}`);
  return html`<div class="talk-line" id="line-${line.id}">
    <div class="bubble bubble-${line.by}">
      <p class="who">
        ${who} <time datetime="${line.at}">${shortTime(line.at, now)}</time>${deliveryNote(line, t)}
      </p>
      ${
        line.text === null
          ? html`<p class="quiet">${missingWords(line, t)}</p>`
          : html`<pre class="words">${line.text}</pre>`
      }
    </div>
  </div>`;
}

/** The time of day; with the date unless it is today. */
function shortTime(at: string, now: Date): string {
  return vietnamDay(new Date(at)) === vietnamDay(now) ? formatClock(at) : formatInstant(at);
}

function deliveryNote(line: TalkLine, t: StaffText): Html | null {
  if (line.by !== 'officer' || line.officer === null) return null;
  const state = line.delivery === null ? 'pending' : line.delivery === 'sent' ? 'sent' : 'failed';
  return html` ${tag(t(`staff-takeover:delivery.${state}`), state === 'failed' ? 'bad' : 'plain')}`;
}

function missingWords(line: TalkLine, t: StaffText): string {
  if (line.by === 'officer') return t('staff-takeover:words_elsewhere');
  const isText = line.by === 'citizen' && line.kind === 'text';
  return t(isText ? 'staff-takeover:words_not_kept' : 'staff-takeover:not_text');
}
