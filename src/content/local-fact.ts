/** A fact of one unit may be said only after an officer confirmed it by name and date. */
export function isConfirmed(fact: {
  confirmed_by?: string | null | undefined;
  confirmed_on?: string | null | undefined;
}): boolean {
  return Boolean(fact.confirmed_by) && Boolean(fact.confirmed_on);
}
