/** A reviver's third argument holds the number as it was written; the typings do not know of it yet. */
function keepLongIntegers(_key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source;
  const isLong = typeof value === 'number' && !Number.isSafeInteger(value);
  return isLong && source !== undefined && /^-?\d+$/.test(source) ? source : value;
}

/**
 * Parses JSON; whole numbers that a double cannot hold (platform ids beyond 2^53) come back as strings of their digits.
 * Throws SyntaxError like JSON.parse.
 */
export function parseJson(text: string): unknown {
  // The reviver makes parsing several times slower, so it runs only where a long number can be.
  const parsed: unknown = /[:[,]\s*-?\d{16}/.test(text)
    ? JSON.parse(text, keepLongIntegers)
    : JSON.parse(text);
  return parsed;
}

/** As parseJson, from bytes; undefined when they are not JSON. */
export function parseJsonBytes(bytes: Uint8Array): unknown {
  try {
    return parseJson(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
