import type {
  ChannelFigures,
  OverviewInterval,
  OverviewReader,
  SettlingInterval,
  SpanFigures,
} from '../../core/overview.ts';
import { AppError } from '../../core/errors.ts';
import { countedOf } from './counted-exchanges.ts';
import type { Queryable } from './database.ts';

/** What is counted anew each time. */
export type DirectReader = Omit<OverviewReader, 'readSpan'>;

/** A topic can be no deeper down than this. */
const allTopics = 100_000;

interface Stored {
  untilAt: Date;
  basis: string;
  figures: SpanFigures;
}

/**
 * The figures of a span, from those of its days that are over, which are kept, and those of the rest. What is kept counts
 * as long as its basis is the same: how many exchanges and judgements there are of those days (they are append-only, so
 * another number is the only way in which they change), and which accounts are left out.
 */
export async function readSettling(
  database: Queryable,
  unitId: string,
  reader: DirectReader,
  { from, settled, to }: SettlingInterval,
): Promise<SpanFigures> {
  const over = { from, to: settled };
  const base = (await readKept(database, unitId, reader, over)) ?? (await readAll(reader, over));
  return addRest(base, await readRest(database, unitId, reader, from, { from: settled, to }));
}

async function readAll(reader: DirectReader, interval: OverviewInterval): Promise<SpanFigures> {
  const channels = await reader.readChannels(interval);
  const days = await reader.readDays(interval);
  return { channels, days, topics: await reader.readTopics(interval, allTopics) };
}

/** The kept figures of days that are over, brought up to `to` and kept again; undefined while the log changes under it. */
async function readKept(
  database: Queryable,
  unitId: string,
  reader: DirectReader,
  over: OverviewInterval,
): Promise<SpanFigures | undefined> {
  const basis = await readBasis(database, unitId, over);
  const { rows } = await database.query<Stored>(
    'select until_at as "untilAt", basis, figures from settled_figures where unit_id = $1 and from_at = $2',
    [unitId, over.from],
  );
  const [stored] = rows;
  const isSame = stored?.untilAt.getTime() === over.to.getTime();
  if (stored !== undefined && isSame && stored.basis === basis) return stored.figures;
  const rest = { from: stored?.untilAt ?? over.from, to: over.to };
  const goesOn =
    stored !== undefined &&
    rest.from < rest.to &&
    stored.basis === (await readBasis(database, unitId, { from: over.from, to: rest.from }));
  const figures = goesOn
    ? addRest(stored.figures, await readRest(database, unitId, reader, over.from, rest))
    : await readAll(reader, over);
  // What came in while it was counted may be in it or not: then it is not kept.
  if ((await readBasis(database, unitId, over)) !== basis) return undefined;
  await keep(database, unitId, over, basis, figures);
  return figures;
}

/** Keeps figures for the next time. A full disk takes that away, not the page. */
async function keep(
  database: Queryable,
  unitId: string,
  over: OverviewInterval,
  basis: string,
  figures: SpanFigures,
): Promise<void> {
  const stored = database.query(
    `insert into settled_figures (unit_id, from_at, until_at, basis, figures) values ($1, $2, $3, $4, $5::jsonb)
     on conflict (unit_id, from_at)
       do update set until_at = excluded.until_at, basis = excluded.basis, figures = excluded.figures`,
    [unitId, over.from, over.to, basis, JSON.stringify(figures)],
  );
  await stored.catch((error: unknown) => {
    if (!(error instanceof AppError && error.code === 'storage-unavailable')) throw error;
  });
}

async function readBasis(
  database: Queryable,
  unitId: string,
  { from, to }: OverviewInterval,
): Promise<string> {
  const { rows } = await database.query<{ basis: string }>(
    `select concat_ws('/',
       (select count(*) from interaction where unit_id = $1 and received_at >= $2 and received_at < $3),
       (select count(*) from feedback where unit_id = $1 and at >= $2 and at < $3),
       (select md5(string_agg(citizen, ' ' order by citizen)) from uncounted_citizen where unit_id = $1)) as basis`,
    [unitId, from, to],
  );
  return rows[0]?.basis ?? '';
}

/**
 * What a span adds to the days before it: a session that goes on over midnight, or a citizen who came before, is no new
 * one. $2 is where the days before begin, $3 and $4 are the span.
 */
const addedQuery = `
  with fresh as (${countedOf('$3', '$4')}),
  late as (select citizen from fresh group by citizen having min(received_at) < $3::timestamptz + interval '30 minutes'),
  gapped as (
    select channel, citizen, decision, is_fresh,
      received_at - lag(received_at) over (partition by channel, citizen order by received_at, seq) as gap, received_at, seq
    from (
      select *, true as is_fresh from fresh
      union all select *, false from (${countedOf('$2', '$3')}) as before where citizen in (select citizen from late)
    ) as c
  ), numbered as (
    select channel, citizen, decision, is_fresh,
      count(*) filter (where gap is null or gap >= interval '30 minutes')
        over (partition by channel, citizen order by received_at, seq) as session
    from gapped
  ), session as (
    select channel, count(*) filter (where is_fresh) as interactions,
      count(*) filter (where is_fresh and decision = 'answer') as answered,
      count(*) filter (where is_fresh and decision = 'clarify') as asked_back,
      count(*) filter (where is_fresh and decision = 'fallback') as not_understood,
      count(*) filter (where is_fresh and decision = 'handover') as handed_over,
      count(*) filter (where not is_fresh and decision = 'answer') as answered_before
    from numbered group by channel, citizen, session
  )
  select channel, sum(interactions)::int as interactions, sum(answered)::int as answered,
    sum(asked_back)::int as "askedBack", sum(not_understood)::int as "notUnderstood",
    sum(handed_over)::int as "handedOver",
    (count(*) filter (where answered > 0 and answered_before = 0))::int as sessions
  from session group by channel having sum(interactions) > 0`;

const newCitizensQuery = `
  select channel, count(*)::int as citizens
  from (select distinct channel, citizen from (${countedOf('$3', '$4')}) as c) as fresh
  where not exists (select from (${countedOf('$2', '$3')}) as before where before.citizen = fresh.citizen)
  group by channel`;

/** The last judgement of an answer counts: one that is taken back counts as one less of what it was before. */
const judgedQuery = `
  with fresh as (
    select distinct on (f.interaction_id) f.interaction_id, f.seq, i.channel, f.helpful
    from feedback f join interaction i on i.id = f.interaction_id
    where f.unit_id = $1 and f.at >= $3 and f.at < $4 and not i.test
      and f.citizen not in (select u.citizen from uncounted_citizen u where u.unit_id = $1)
    order by f.interaction_id, f.seq desc
  ), before as (
    select distinct on (f.interaction_id) f.interaction_id, f.seq, f.helpful
    from feedback f
    where f.interaction_id in (select interaction_id from fresh) and f.at >= $2 and f.at < $3
    order by f.interaction_id, f.seq desc
  )
  select channel,
    (count(*) filter (where fresh.helpful) - count(*) filter (where before.helpful))::int as helpful,
    (count(*) filter (where not fresh.helpful) - count(*) filter (where not before.helpful))::int as "notHelpful"
  from fresh left join before using (interaction_id)
  where before.seq is null or fresh.seq > before.seq group by channel`;

type Added = Pick<ChannelFigures, 'channel'> & Partial<ChannelFigures>;
interface Rest extends Omit<SpanFigures, 'channels'> {
  channels: Added[];
}

async function readRest(
  database: Queryable,
  unitId: string,
  reader: DirectReader,
  begun: Date,
  rest: OverviewInterval,
): Promise<Rest> {
  const channels: Added[] = [];
  for (const query of [addedQuery, newCitizensQuery, judgedQuery]) {
    channels.push(...(await database.query<Added>(query, [unitId, begun, rest.from, rest.to])).rows);
  }
  return { channels, days: await reader.readDays(rest), topics: await reader.readTopics(rest, allTopics) };
}

const noFigures: Omit<ChannelFigures, 'channel'> = {
  ...{ interactions: 0, answered: 0, askedBack: 0, notUnderstood: 0, handedOver: 0 },
  ...{ citizens: 0, sessions: 0, helpful: 0, notHelpful: 0 },
};
const figureNames = Object.keys(noFigures) as (keyof typeof noFigures)[];

function addRest(base: SpanFigures, rest: Rest): SpanFigures {
  const channels = new Map(base.channels.map((one) => [one.channel, { ...one }]));
  for (const added of rest.channels) {
    const sum = channels.get(added.channel) ?? { channel: added.channel, ...noFigures };
    for (const name of figureNames) sum[name] += added[name] ?? 0;
    channels.set(added.channel, sum);
  }
  const topics = new Map(base.topics.map(({ topic, interactions }) => [topic, interactions]));
  for (const { topic, interactions } of rest.topics) {
    topics.set(topic, (topics.get(topic) ?? 0) + interactions);
  }
  return {
    channels: [...channels.values()].sort((one, other) => (one.channel < other.channel ? -1 : 1)),
    days: [...base.days, ...rest.days],
    topics: [...topics]
      .map(([topic, interactions]) => ({ topic, interactions }))
      .sort((one, other) => other.interactions - one.interactions || (one.topic < other.topic ? -1 : 1)),
  };
}
