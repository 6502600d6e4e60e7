/**
 * The same value with every string made storable: PostgreSQL's text and jsonb hold neither U+0000 nor half of a surrogate
 * pair, and a hostile message may carry both. A value without them comes back equal.
 */
export function toStorable<T>(value: T): T {
  return isStorable(value) ? value : mend(value);
}

/** The JSON text of a value, storable. */
export function toStorableJson(value: unknown): string {
  const json = JSON.stringify(value);
  // So JSON writes what PostgreSQL refuses; a backslash of the value's own looks alike, and costs a closer look.
  return json.includes('\\u0000') || json.includes('\\ud') ? JSON.stringify(toStorable(value)) : json;
}

/** Nearly everything is: looking is far cheaper than copying. */
function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\u0000');
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(isStorable);
  for (const name in value) {
    if (!isStorable(name) || !isStorable((value as Record<string, unknown>)[name])) return false;
  }
  return true;
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
