/** A text, passed over whole; or a whole number of sixteen digits and more that stands as a value. */
const textOrLongNumber = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"|(?<![\d.eE+-])-?[1-9]\d{15,}(?![\d.eE]|\s*:)/g;

/**
 * Parses JSON; whole numbers that a double cannot hold (platform ids beyond 2^53) come back as strings of their digits.
 * Throws SyntaxError like JSON.parse.
 */
export function parseJson(text: string): unknown {
  // They are put between quotes beforehand: a reviver would be called for each value, a hundred thousand times for a body
  // that somebody sends to keep us busy.
  const parsed: unknown = JSON.parse(
    /[:[,]\s*-?\d{16}/.test(text) ? text.replace(textOrLongNumber, quoteLong) : text,
  );
  return parsed;
}

function quoteLong(part: string): string {
  return part.startsWith('"') || Number.isSafeInteger(Number(part)) ? part : `"${part}"`;
}

/** As parseJson, from bytes; undefined when they are not JSON. */
export function parseJsonBytes(bytes: Uint8Array): unknown {
  try {
    return parseJson(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
