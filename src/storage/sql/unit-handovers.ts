import type { HandoverEntry } from '../../core/handover.ts';
import type { OpenHandover, TalkLine, UnitHandovers } from '../../core/unit-handovers.ts';
import type { Queryable } from './database.ts';
import { createHandoverStore } from './handover-store.ts';

interface ExchangeRow {
  id: string;
  receivedAt: Date;
  handledAt: Date;
  kind: string;
  topic: string | null;
  language: string;
  replyText: string;
  maskedText: string | null;
}

interface MessageRow {
  id: string | null;
  seq: string;
  officer: string;
  text: string;
  at: Date;
  delivery: string | null;
}

/** Exchanges that one page shows at most; what is older stands in the log. */
const shownAtMost = 150;

/** What a citizen did, not the platform or an officer. */
const citizenKinds = `('text', 'choice', 'attachment', 'location')`;

const waitingQuery = `
  select h.id, count(i.seq)::int as unanswered, min(i.received_at) as since
  from handover h
  left join lateral (
    select greatest(
      coalesce((select o.seq from interaction o where o.id = h.id), 0),
      coalesce((select max(s.seq) from interaction s
        where s.citizen = h.citizen and s.received_at >= h.opened_at - interval '1 hour' and s.kind = 'staff-reply'), 0)
    ) as seq
  ) answered on true
  left join interaction i on i.citizen = h.citizen and i.received_at >= h.opened_at - interval '1 hour'
    and i.seq > answered.seq and i.kind in ${citizenKinds}
  where h.unit_id = $1 and h.returned_at is null
  group by h.id`;

const exchangeQuery = `
  select i.id, i.received_at as "receivedAt", i.handled_at as "handledAt", i.kind, i.topic, i.language,
    i.reply_text as "replyText", w.masked_text as "maskedText"
  from interaction i left join interaction_text w on w.interaction_id = i.id
  where i.unit_id = $1 and i.citizen = $2 and i.received_at >= $3::timestamptz - interval '1 day'
    and i.received_at <= coalesce($4::timestamptz, 'infinity')
  order by i.seq desc limit ${shownAtMost}`;

const messageQuery = `
  select m.interaction_id as id, m.seq::text as seq, m.officer, m.text, m.at,
    (select d.status from delivery d where d.interaction_id = m.interaction_id order by d.seq desc limit 1) as delivery
  from handover_message m join handover h on h.id = m.handover_id
  where h.unit_id = $1 and h.citizen = $2 and m.at >= $3::timestamptz - interval '1 day'
    and m.at <= coalesce($4::timestamptz, 'infinity')
  order by m.seq`;

/** Hand-overs of one unit, with the conversation around each. */
export function createUnitHandovers(database: Queryable, unitId: string): UnitHandovers {
  const store = createHandoverStore(database);

  async function read(id: string): Promise<HandoverEntry | undefined> {
    const entry = await store.read(id);
    return entry?.unitId === unitId ? entry : undefined;
  }

  return {
    read,
    async listOpen() {
      const entries = await store.listOpen(unitId);
      const { rows } = await database.query<{ id: string; unanswered: number; since: Date | null }>(
        waitingQuery,
        [unitId],
      );
      const waiting = new Map(rows.map((row) => [row.id, row]));
      return entries
        .map((entry): OpenHandover => {
          const { unanswered = 0, since = null } = waiting.get(entry.id) ?? {};
          // Until an officer's first word the citizen waits since the hand-over began.
          const waitingSince = entry.answeredAt === null ? entry.openedAt : (since?.toISOString() ?? null);
          return { ...entry, unanswered, waitingSince };
        })
        .sort((one, other) => sortKey(one).localeCompare(sortKey(other)));
    },
    async take(id, officer, at) {
      return (await read(id)) === undefined ? undefined : store.take(id, officer, at);
    },
    async assign(id, officer, from, at) {
      return (await read(id)) === undefined ? undefined : store.assign(id, officer, at, from);
    },
    async readTalk(id) {
      const entry = await read(id);
      if (entry === undefined) return undefined;
      const parameters = [unitId, entry.citizen, entry.openedAt, entry.returnedAt];
      const { rows: exchanges } = await database.query<ExchangeRow>(exchangeQuery, parameters);
      const { rows: messages } = await database.query<MessageRow>(messageQuery, parameters);
      exchanges.reverse();
      const written = new Set(messages.map((message) => message.id));
      const lines = [
        ...exchanges.flatMap((exchange) => toLines(exchange, written)),
        ...messages.map(toOfficerLine),
      ].sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0));
      return {
        lines,
        topic:
          exchanges.findLast(({ topic, kind }) => topic !== null && kind !== 'staff-reply')?.topic ?? null,
        language: exchanges.at(-1)?.language ?? 'vi',
      };
    },
  };
}

/** Who waits comes first, the longest of all at the top; a trial never stands before a citizen. */
function sortKey({ test, waitingSince, lastMessageAt }: OpenHandover): string {
  const after = test ? 2 : 0;
  return waitingSince === null ? `${after + 1}${lastMessageAt}` : `${after}${waitingSince}`;
}

/** `written` are the exchanges that hold an officer's reply from the console: their words stand in its own record. */
function toLines(exchange: ExchangeRow, written: ReadonlySet<string | null>): TalkLine[] {
  const { id, kind, maskedText, replyText } = exchange;
  const at = exchange.receivedAt.toISOString();
  if (kind === 'staff-reply') {
    return written.has(id) ? [] : [{ by: 'officer', id, at, officer: null, text: null, delivery: 'sent' }];
  }
  const asked: TalkLine[] =
    kind === 'start' || kind === 'owner-change' || kind === 'erase-request'
      ? []
      : [{ by: 'citizen', id, at, kind, text: maskedText }];
  const answered: TalkLine[] =
    replyText === ''
      ? []
      : [{ by: 'bot', id: `${id}-reply`, at: exchange.handledAt.toISOString(), text: replyText }];
  return [...asked, ...answered];
}

function toOfficerLine({ id, seq, officer, text, at, delivery }: MessageRow): TalkLine {
  return { by: 'officer', id: id ?? `message-${seq}`, at: at.toISOString(), officer, text, delivery };
}
