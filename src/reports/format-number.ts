/** 1234 → `1.234`; a value that is not whole keeps one decimal: 12.25 → `12,3`. */
export function formatCount(value: number): string {
  const [whole = '0', decimals] = (Number.isInteger(value) ? String(value) : value.toFixed(1)).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, '.');
  return decimals === undefined ? grouped : `${grouped},${decimals}`;
}

/** A share of 0 to 1 as `58,97%`; undefined (a share of nothing) as a dash. */
export function formatShare(share: number | undefined): string {
  return share === undefined ? '–' : `${(share * 100).toFixed(2).replace('.', ',')}%`;
}

/** `part` of `whole`; undefined when there is no whole. */
export function shareOf(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole;
}

/** By how much `now` is above `before`, 0.5 for half as much again; undefined when there was nothing before. */
export function changeFrom(before: number, now: number): number | undefined {
  return before === 0 ? undefined : (now - before) / before;
}

/** A change with its sign: `+12,50%`, `-3,00%`. */
export function formatChange(change: number | undefined): string {
  return change === undefined ? '–' : `${change > 0 ? '+' : ''}${formatShare(change)}`;
}

/** `2026-09-14` → `14/9/2026`: the form that reports use. */
export function formatDay(day: string): string {
  const [year = '', month = '', date = ''] = day.split('-');
  return `${Number(date)}/${Number(month)}/${year}`;
}
