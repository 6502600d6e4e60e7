/** Counts what is acknowledged but never handled, by a name that is safe as a metric's label. */
export function countIgnored(ignored: Record<string, number>, name: string): void {
  const label = /^[a-z][a-z0-9_.-]{0,59}$/.test(name) ? name : 'unnamed';
  // A kind may be called "constructor": only what was counted here counts.
  ignored[label] = (Object.hasOwn(ignored, label) ? (ignored[label] ?? 0) : 0) + 1;
}
