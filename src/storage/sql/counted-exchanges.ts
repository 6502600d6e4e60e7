/** As the report counts (a contract test compares them): exchanges that citizens began, no tests, none of staff's own accounts. */
export const countedOf = (from: string, to: string) => `
  select i.seq, i.channel, i.citizen, i.decision, i.topic, i.received_at from interaction i
  where i.unit_id = $1 and i.received_at >= ${from} and i.received_at < ${to}
    and not i.test and i.kind in ('text', 'choice', 'attachment', 'location', 'start')
    and i.citizen not in (select u.citizen from uncounted_citizen u where u.unit_id = $1)`;
