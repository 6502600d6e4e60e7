import type { LegalDocument } from './legal-schema.ts';
import { toPeriod, type Period } from './period.ts';

/**
 * The days on which a document may be named as being in force; undefined when that is not known. A document without a
 * known day of effect counts from its day of issue; one that has ended on an unknown day is never named.
 */
export function effectOf(document: LegalDocument): Period | undefined {
  const { status, effective_from: from, effective_to: until, issued_on: issued } = document;
  if (status === 'unknown') return undefined;
  if (status === 'expired' && until === null) return undefined;
  if (status === 'not_yet' && from === null) return undefined;
  const start = from ?? issued;
  return toPeriod({ ...(start === null ? {} : { from: start }), until });
}

/** Whether a document may be named as being in force on a day (`YYYY-MM-DD`). */
export function isInEffect(document: LegalDocument, day: string): boolean {
  const effect = effectOf(document);
  return effect !== undefined && effect.from <= day && day <= effect.until;
}

const replacementsFollowedAtMost = 4;

/** A document and, where it has ended, those that took its place, nearest first. */
export function withSuccessors(
  id: string,
  register: ReadonlyMap<string, LegalDocument>,
  depth = 0,
): LegalDocument[] {
  const document = register.get(id);
  if (document === undefined || depth > replacementsFollowedAtMost) return [];
  return [document, ...document.replaced_by.flatMap((next) => withSuccessors(next, register, depth + 1))];
}
