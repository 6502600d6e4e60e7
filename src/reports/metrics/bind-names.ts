/**
 * Turns `:name` into `$1`, `$2` … in the order of first use, so that SQL reads as what it counts and each query gets the
 * parameters that it uses and no others. `::` casts are left alone.
 * @throws when the SQL names something that is not given.
 */
export function bindNames(
  sql: string,
  values: Readonly<Record<string, unknown>>,
): { text: string; parameters: unknown[] } {
  const places = new Map<string, number>();
  const parameters: unknown[] = [];
  const text = sql.replace(/(?<!:):([a-zA-Z]\w*)/g, (_whole, name: string) => {
    let place = places.get(name);
    if (place === undefined) {
      if (!Object.hasOwn(values, name)) throw new Error(`the query names :${name}, which is not given`);
      place = parameters.push(values[name]);
      places.set(name, place);
    }
    return `$${place}`;
  });
  return { text, parameters };
}
