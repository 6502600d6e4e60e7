import type { Validity } from './topic-schema.ts';

/** Whether something holds on a Vietnamese calendar day (`YYYY-MM-DD`). Both ends are inclusive; a missing end is open. */
export function holdsOn(validity: Validity | undefined, day: string): boolean {
  if (validity === undefined) return true;
  if (validity.from !== undefined && day < validity.from) return false;
  return validity.until === undefined || validity.until === null || day <= validity.until;
}
