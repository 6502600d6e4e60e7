/**
 * What every figure counts from: exchanges that citizens began, in the period, as far as they were sealed when the
 * figures were taken. Left out are tests, the staff's own accounts, and events that no citizen caused (an officer wrote,
 * the platform moved the conversation or asked for erasure).
 *
 * In all SQL of this folder: `:unit`, `:from` (in the period), `:to` (no more in it), `:asOf` (when the figures are
 * taken), `:interaction`, `:feedback` … (the highest sealed number of each kind of record).
 */
export const counted = countedRows(
  'i.seq, i.channel, i.citizen, i.decision, i.topic, i.aspect, i.received_at',
);

/** Columns of the counted exchanges, of those for which `condition` holds too. */
export function countedRows(columns: string, condition = 'true'): string {
  return `
  select ${columns}
  from interaction i
  where i.unit_id = :unit and i.received_at >= :from and i.received_at < :to and i.seq <= :interaction
    and not i.test and i.kind in ('text', 'choice', 'attachment', 'location', 'start')
    and i.citizen not in (select u.citizen from uncounted_citizen u where u.unit_id = :unit)
    and ${condition}`;
}

/**
 * A column of the counted exchanges for which `condition` holds, from an index that has it as far as it fits into one;
 * rows with a wide value are found by another.
 */
export function countedWide(column: 'links' | 'candidates', condition: string): string {
  const length = `octet_length(i.${column}::text)`;
  const fitting = { links: `between 3 and ${indexedBytes}`, candidates: `<= ${indexedBytes}` }[column];
  return `${countedRows(`i.${column}`, `${condition} and ${length} ${fitting}`)}
  union all ${countedRows(`i.${column}`, `${condition} and ${length} > ${indexedBytes}`)}`;
}

/** As the indexes of migration 0064 have it; an empty list of links has two bytes. */
const indexedBytes = 2000;

/** Nearer than this to the citizen's last message, a message belongs to the same session. */
export const sessionGap = '30 minutes';

/** Exchanges with the number of the citizen's session in the period that they belong to. */
export const numbered = `
  select channel, citizen, decision, topic, aspect, received_at,
    count(*) filter (where gap is null or gap >= interval '${sessionGap}')
      over (partition by channel, citizen order by received_at, seq) as session
  from (
    select c.*, received_at - lag(received_at) over (partition by channel, citizen order by received_at, seq) as gap
    from (${counted}) as c
  ) as with_gap`;

/** The calendar day in Vietnam of an instant, `YYYY-MM-DD`. */
export const vietnamDayOf = (instant: string): string =>
  `to_char(${instant} at time zone 'Asia/Ho_Chi_Minh', 'YYYY-MM-DD')`;
