/** `read`, whose result is kept as long as the bytes are: a delivery is read to verify it and once more to parse it. */
export function oncePerBody<R>(read: (rawBody: Uint8Array) => R): (rawBody: Uint8Array) => R {
  const results = new WeakMap<Uint8Array, { result: R }>();
  return (rawBody) => {
    const known = results.get(rawBody);
    if (known !== undefined) return known.result;
    const result = read(rawBody);
    results.set(rawBody, { result });
    return result;
  };
}
