/**
 * The same value with every string made storable: PostgreSQL's text and jsonb hold neither U+0000 nor half of a surrogate
 * pair, and a hostile message may carry both. A value without them comes back equal.
 */
export function toStorable<T>(value: T): T {
  return typeof value === 'object' && isStorable(JSON.stringify(value)) ? value : mend(value);
}

/** JSON writes both as escapes; what merely reads like one is mended to what it was. */
function isStorable(json: string): boolean {
  return !/\\u(?:0000|d[89a-f])/.test(json);
}

function mend<T>(value: T): T {
  if (typeof value === 'string') return value.replaceAll('\u0000', '').toWellFormed() as T;
  if (Array.isArray(value)) return value.map((member: unknown) => mend(member)) as T;
  if (typeof value === 'object' && value !== null && !(value instanceof Date)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [mend(name), mend<unknown>(member)]),
    ) as T;
  }
  return value;
}
