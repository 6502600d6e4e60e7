/** Epoch values below this are seconds (as milliseconds they would lie before March 1973). */
const secondsBelow = 1e11;
/** No delivery of ours can be older: nothing before this date is believed. */
const earliestMs = Date.UTC(2015, 0, 1);

/**
 * When the platform says that something happened, as ISO 8601 in UTC. Accepts a number or a numeric string, in seconds
 * or milliseconds. What is missing, absurd or in the future becomes `receivedAt`: reply windows are counted from it.
 */
export function readInstant(timestamp: unknown, receivedAt: Date): string {
  const value = typeof timestamp === 'string' && /^\d{1,16}$/.test(timestamp) ? Number(timestamp) : timestamp;
  if (typeof value !== 'number' || !Number.isFinite(value)) return receivedAt.toISOString();
  const epochMs = Math.trunc(value < secondsBelow ? value * 1000 : value);
  const believable = epochMs >= earliestMs && epochMs <= receivedAt.getTime();
  return (believable ? new Date(epochMs) : receivedAt).toISOString();
}
