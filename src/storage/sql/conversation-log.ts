import type {
  ConversationLog,
  LogCursor,
  LogEntry,
  LogExchange,
  LogFilter,
} from '../../core/conversation-log.ts';
import type { HandoverMessage } from '../../core/handover.ts';
import { searchWords } from './search-pattern.ts';
import { plannedAnew, type Queryable } from './database.ts';

/** Where an exchange stands. */
interface Place {
  seq: number;
  id: string;
  citizen: string;
  receivedAt: Date;
}

type Row<T> = Omit<T, 'receivedAt'> & { receivedAt: Date };

/** A pause as long as this ends a conversation. */
const pauseMs = 30 * 60_000;
/** Exchanges on either side of the one that is asked for, at most. */
const neighbours = 100;
const exportPage = 500;
/** What citizens began; what an officer or the platform did is shown within a conversation only. */
const byCitizens = `i.kind in ('text', 'choice', 'attachment', 'location', 'start')`;

const entryColumns = `
  i.seq, i.id, i.channel, i.citizen, i.received_at as "receivedAt", i.kind, i.decision, i.topic, i.aspect, i.confidence,
  i.outreach, i.test, i.content_version as "contentVersion", t.masked_text as "maskedText",
  t.interaction_id is null as erased,
  (select f.helpful from feedback f where f.interaction_id = i.id order by f.seq desc limit 1) as helpful,
  array(select l.label from interaction_label l where l.interaction_id = i.id order by l.label) as labels`;

const exchangeColumns = `${entryColumns},
  i.reply_text as "replyText", i.links, i.candidates, coalesce(t.explanation, '[]') as explanation, i.sensitive,
  i.matcher_version as "matcherVersion",
  (select f.reason from feedback f where f.interaction_id = i.id order by f.seq desc limit 1) as "feedbackReason",
  coalesce((select jsonb_agg(jsonb_build_object('part', d.part, 'status', d.status, 'at', d.at, 'code', d.code) order by d.seq)
    from delivery d where d.interaction_id = i.id), '[]') as deliveries`;

/** The log of one unit in SQL. */
export function createConversationLog(database: Queryable, unitId: string): ConversationLog {
  async function list<T extends LogEntry>(
    columns: string,
    filter: LogFilter,
    options: { limit: number; after?: LogCursor },
  ): Promise<T[]> {
    const parameters: unknown[] = [unitId, filter.from, filter.to];
    const bind = (value: unknown) => `$${parameters.push(value)}`;
    const conditions = ['i.unit_id = $1', 'i.received_at >= $2', 'i.received_at < $3', byCitizens];
    if (options.after !== undefined) {
      const { receivedAt, seq } = options.after;
      // The first line is what the index can be entered with.
      conditions.push(`i.received_at <= ${bind(receivedAt)}`);
      conditions.push(`(i.received_at, i.seq) < ($${parameters.length}::timestamptz, ${bind(seq)}::bigint)`);
    }
    if (filter.withTests !== true) {
      conditions.push('not i.test');
      // Staff who try the bot from accounts of their own.
      conditions.push('i.citizen not in (select u.citizen from uncounted_citizen u where u.unit_id = $1)');
    }
    if (filter.channel !== undefined) conditions.push(`i.channel = ${bind(filter.channel)}`);
    if (filter.topic !== undefined) conditions.push(`i.topic = ${bind(filter.topic)}`);
    if (filter.decision !== undefined) conditions.push(`i.decision = ${bind(filter.decision)}`);
    if (filter.outreach !== undefined) conditions.push(`i.outreach = ${bind(filter.outreach)}`);
    // What is rare is the way in: few exchanges are judged or labelled, and these few are looked up by number.
    const ways: string[] = [];
    if (filter.label !== undefined) {
      ways.push(`select x.seq from interaction_label l join interaction x on x.id = l.interaction_id
        where l.unit_id = $1 and l.label = ${bind(filter.label)} offset 0`);
    }
    if (filter.feedback !== undefined) {
      ways.push(`select j.seq from judged_interaction j
        where j.unit_id = $1 and j.received_at >= $2 and j.received_at < $3
          and j.helpful = ${bind(filter.feedback === 'helpful')}`);
    }
    const source = ways.map((way, index) => `(${way}) as way_${index} join `).join('');
    const joined = ways.map(() => ' using (seq)').join('');
    if (filter.text !== undefined) {
      const { beginnings, folded, pattern } = searchWords(filter.text);
      const held = beginnings === '' ? '' : `and word_set(w.folded) @@ ${bind(beginnings)}::tsquery`;
      conditions.push(
        `exists (select from interaction_text w where w.interaction_id = i.id ${held}
           and w.folded like ${bind(folded)} and w.masked_text ~ ${bind(pattern)})`,
      );
    }
    // First which exchanges, from the index alone where that is enough; then all that is shown of these few.
    const { rows } = await database.query<Row<T>>(
      `${plannedAnew} with picked as materialized (
         select i.seq from ${source}interaction i${joined} where ${conditions.join(' and ')}
         order by i.received_at desc, i.seq desc limit ${bind(options.limit)}
       )
       select ${columns}
       from picked join interaction i using (seq) left join interaction_text t on t.interaction_id = i.id
       order by i.received_at desc, i.seq desc`,
      parameters,
    );
    return rows.map(withInstant);
  }

  /** Numbers of a citizen's exchanges from one on, in one direction, as far as the conversation goes. */
  async function findOneWay(
    from: Place,
    direction: 'before' | 'after',
  ): Promise<{ seqs: number[]; next: string | null }> {
    const [compare, order] = direction === 'before' ? ['<', 'desc'] : ['>', 'asc'];
    const { rows } = await database.query<Place>(
      `select seq, id, citizen, received_at as "receivedAt" from interaction
       where citizen = $1 and unit_id = $2 and (received_at, seq) ${compare} ($3::timestamptz, $4::bigint)
       order by received_at ${order}, seq ${order} limit $5`,
      [from.citizen, unitId, from.receivedAt, from.seq, neighbours],
    );
    const seqs: number[] = [];
    let last = from.receivedAt.getTime();
    for (const { seq, id, receivedAt } of rows) {
      if (Math.abs(receivedAt.getTime() - last) >= pauseMs) return { seqs, next: id };
      seqs.push(seq);
      last = receivedAt.getTime();
    }
    return { seqs, next: rows.length === neighbours ? (rows.at(-1)?.id ?? null) : null };
  }

  async function readExchanges(seqs: readonly number[]): Promise<LogExchange[]> {
    const { rows } = await database.query<Row<LogExchange>>(
      `select ${exchangeColumns} from interaction i left join interaction_text t on t.interaction_id = i.id
       where i.seq = any($1::bigint[]) order by i.received_at, i.seq`,
      [seqs],
    );
    return rows.map((row) => withInstant<LogExchange>(row));
  }

  async function readOfficers(citizen: string, from: string, to: string): Promise<HandoverMessage[]> {
    const { rows } = await database.query<{ officer: string; text: string; at: Date }>(
      `select m.officer, m.text, m.at from handover h join handover_message m on m.handover_id = h.id
       where h.citizen = $1 and h.unit_id = $2 and m.at >= $3
         and m.at < $4::timestamptz + interval '30 minutes' order by m.seq`,
      [citizen, unitId, from, to],
    );
    return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
  }

  return {
    list: (filter, options) => list<LogEntry>(entryColumns, filter, options),
    async read(id) {
      const { rows } = await database.query<Place>(
        `select seq, id, citizen, received_at as "receivedAt" from interaction where id = $1 and unit_id = $2`,
        [id, unitId],
      );
      const asked = rows[0];
      if (asked === undefined) return undefined;
      const [before, after] = [await findOneWay(asked, 'before'), await findOneWay(asked, 'after')];
      const exchanges = await readExchanges([...before.seqs, asked.seq, ...after.seqs]);
      const [first, last] = [exchanges[0], exchanges.at(-1)];
      if (first === undefined || last === undefined) return undefined;
      const officers = await readOfficers(asked.citizen, first.receivedAt, last.receivedAt);
      return { exchanges, officers, earlier: before.next, later: after.next };
    },
    async *export(filter, limit) {
      let after: LogCursor | undefined;
      for (let left = limit; left > 0; left -= exportPage) {
        const page = await list<LogEntry & { replyText: string }>(
          `${entryColumns}, i.reply_text as "replyText"`,
          filter,
          { limit: Math.min(left, exportPage), ...(after === undefined ? {} : { after }) },
        );
        if (page.length > 0) yield page;
        after = page.at(-1);
        if (page.length < exportPage) return;
      }
    },
    async listChoices(from) {
      const { rows: outreach } = await database.query<{ code: string }>(
        `select distinct outreach as code from interaction
         where unit_id = $1 and received_at >= $2 and outreach is not null order by 1 limit 200`,
        [unitId, from],
      );
      const { rows: labels } = await database.query<{ label: string }>(
        'select distinct label from interaction_label where unit_id = $1 order by 1 limit 200',
        [unitId],
      );
      return { outreach: outreach.map(({ code }) => code), labels: labels.map(({ label }) => label) };
    },
    async addLabel(id, label, by, at) {
      const { rowCount } = await database.query(
        `insert into interaction_label (unit_id, interaction_id, label, added_by, added_at)
         select unit_id, id, $3, $4, $5 from interaction where id = $1 and unit_id = $2 on conflict do nothing`,
        [id, unitId, label, by, at],
      );
      return rowCount > 0;
    },
    async removeLabel(id, label) {
      const { rowCount } = await database.query(
        'delete from interaction_label where interaction_id = $1 and unit_id = $2 and label = $3',
        [id, unitId, label],
      );
      return rowCount > 0;
    },
  };
}

function withInstant<T extends LogEntry>(row: Row<T>): T {
  return { ...row, receivedAt: row.receivedAt.toISOString() } as T;
}
