/** What JSON can hold. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json | undefined };

/**
 * The one JSON text of a value: names sorted by UTF-16 code unit, no spaces, members that are undefined left out, strings
 * and numbers as JSON.stringify writes them (RFC 8785). Whoever has the value can make the same bytes again.
 */
export function toCanonicalJson(value: Json): string {
  // What is in order already, as nearly all is that is hashed here, the engine writes several times faster.
  return isInOrder(value) ? JSON.stringify(value) : writeInOrder(value);
}

function isInOrder(value: Json): boolean {
  if (value === null || typeof value !== 'object') return true;
  if (isList(value)) return value.every(isInOrder);
  let last: string | undefined;
  for (const name of Object.keys(value)) {
    const member = value[name];
    if ((last !== undefined && name <= last) || (member !== undefined && !isInOrder(member))) return false;
    last = name;
  }
  return true;
}

function writeInOrder(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[${value.map(writeInOrder).join(',')}]`;
  const members = Object.keys(value)
    .sort()
    .flatMap((name) => {
      const member = value[name];
      return member === undefined ? [] : [`${JSON.stringify(name)}:${writeInOrder(member)}`];
    });
  return `{${members.join(',')}}`;
}

function isList(
  value: readonly Json[] | { readonly [name: string]: Json | undefined },
): value is readonly Json[] {
  return Array.isArray(value);
}
