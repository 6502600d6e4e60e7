/** An instant as evidence writes it: UTC, always six digits of a second, so that text order is time order. */
export function toEvidenceInstant(instant: Date): string {
  return instant.toISOString().replace('Z', '000Z');
}
