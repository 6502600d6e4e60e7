/** Longest part that is still one thought; a longer one is cut at commas. */
const longPartWords = 14;

/**
 * The sentences of a normalised text; a long one is cut at commas, dashes and semicolons, so that a need buried in a
 * story stands alone. Parts keep their order and together hold every word.
 */
export function splitSentences(normalised: string): string[] {
  const parts: string[] = [];
  for (const sentence of normalised.split(/(?<=[.!?;…])\s+|\n+/u)) {
    const words = sentence.split(/\s+/u).length;
    if (words <= longPartWords) parts.push(sentence);
    else parts.push(...sentence.split(/\s*[,;–—]\s+|\s+-\s+/u));
  }
  return parts.map((part) => part.trim()).filter((part) => /[\p{L}\p{N}]/u.test(part));
}

/** The separate requests of a normalised text: at question marks, line breaks and words that add a further wish. */
export function splitRequests(normalised: string): string[] {
  return normalised
    .split(
      /[?!\n;]+\s*|(?<!\d)\.\s+|,?\s+(?:ngoài ra|ngoai ra|với lại|voi lai|tiện thể|tien the|nhân tiện|nhan tien|đồng thời|dong thoi|sẵn|sau đó|sau do|còn|con nua|and also|also)\s+|,?\s+(?:và|va|and)\s+(?=\S+\s+\S+)/u,
    )
    .map((part) => part.trim())
    .filter((part) => /[\p{L}\p{N}]/u.test(part));
}
