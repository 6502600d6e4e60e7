import { createHash } from 'node:crypto';

/** An event id for events to which the platform gives none: the same parts always give the same id. */
export function hashEventId(...parts: readonly string[]): string {
  return `h-${createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 32)}`;
}
