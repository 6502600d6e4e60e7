/** The label under which messages of a sensitive category are learnt. */
export function sensitiveLabel(category: string): string {
  return `sensitive:${category}`;
}
