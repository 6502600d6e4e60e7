/** The separate requests of a normalised text: at question marks, line breaks and words that add a further wish. */
export function splitRequests(normalised: string): string[] {
  return normalised
    .split(
      /[?!\n;]+\s*|(?<!\d)\.\s+|,?\s+(?:ngoài ra|ngoai ra|với lại|voi lai|tiện thể|tien the|nhân tiện|nhan tien|đồng thời|dong thoi|sẵn|sau đó|sau do|còn|con nua|and also|also)\s+|,?\s+(?:và|va|and)\s+(?=\S+\s+\S+)/u,
    )
    .map((part) => part.trim())
    .filter((part) => /[\p{L}\p{N}]/u.test(part));
}
