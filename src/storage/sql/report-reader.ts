import type { Queryable } from './database.ts';

/** A half-open interval of instants: `from` belongs to it, `to` does not. */
export interface Interval {
  from: Date;
  to: Date;
}

/** One line of the finest table that the period report is made from. */
export interface InteractionCount {
  channel: string;
  topic: string | null;
  decision: string;
  interactions: number;
}

export interface ChannelTotals {
  channel: string;
  interactions: number;
  answers: number;
  /** Distinct pseudonyms; one person on two channels counts on each. */
  citizens: number;
  guidanceSessions: number;
}

export interface PeriodCounts {
  counts: InteractionCount[];
  channels: ChannelTotals[];
}

/** A pause of this length or longer ends a guidance session. */
const sessionGap = '30 minutes';

const countQuery = `
  select channel, topic, decision, count(*)::int as interactions
  from interaction
  where unit_id = $1 and received_at >= $2 and received_at < $3 and not test
  group by channel, topic, decision
  order by channel, interactions desc, topic nulls last, decision`;

/** A session belongs to the interval by its interactions inside it; it counts when one of these is an answer. */
const channelQuery = `
  with exchange as (
    select channel, citizen, decision, received_at, seq,
      received_at - lag(received_at) over (partition by channel, citizen order by received_at, seq) as gap
    from interaction
    where unit_id = $1 and received_at >= $2 and received_at < $3 and not test
  ), numbered as (
    select channel, citizen, decision,
      count(*) filter (where gap is null or gap >= interval '${sessionGap}')
        over (partition by channel, citizen order by received_at, seq) as session
    from exchange
  ), guided as (
    select channel, count(*)::int as sessions
    from (select distinct channel, citizen, session from numbered where decision = 'answer') as answered
    group by channel
  )
  select numbered.channel, count(*)::int as interactions,
    (count(*) filter (where decision = 'answer'))::int as answers,
    count(distinct citizen)::int as citizens,
    coalesce(max(guided.sessions), 0)::int as "guidanceSessions"
  from numbered left join guided on guided.channel = numbered.channel
  group by numbered.channel
  order by numbered.channel`;

/** Reads the figures of one unit and interval. Test traffic never counts. */
export function createReportReader(database: Queryable): {
  readCounts(unitId: string, interval: Interval): Promise<PeriodCounts>;
} {
  return {
    async readCounts(unitId, { from, to }) {
      const parameters = [unitId, from, to];
      const { rows: counts } = await database.query<InteractionCount>(countQuery, parameters);
      const { rows: channels } = await database.query<ChannelTotals>(channelQuery, parameters);
      return { counts, channels };
    },
  };
}
