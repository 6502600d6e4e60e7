import { describe, expect, it } from '@jest/globals';
import { readInstant } from '../../../../src/channels/shared/read-instant.ts';

const receivedAt = new Date('2026-11-22T02:00:00.000Z');
const then = '2025-11-21T08:00:00.123Z';
const thenMs = Date.parse(then);

describe('readInstant', () => {
  it.each([
    ['milliseconds', thenMs, then],
    ['milliseconds as text', String(thenMs), then],
    ['seconds', Math.floor(thenMs / 1000), '2025-11-21T08:00:00.000Z'],
    ['seconds as text', String(Math.floor(thenMs / 1000)), '2025-11-21T08:00:00.000Z'],
  ])('reads %s', (_name, value, expected) => {
    expect(readInstant(value, receivedAt)).toBe(expected);
  });

  it.each([
    ['nothing', undefined],
    ['no number', 'hôm qua'],
    ['twelve digits', '176371200012'],
    ['zero', 0],
    ['a negative number', -5],
    ['the future, by which a window would stay open', receivedAt.getTime() + 3_600_000],
    ['more than a date can hold', 1e300],
    ['NaN', Number.NaN],
  ])('falls back to the time of receipt for %s', (_name, value) => {
    expect(readInstant(value, receivedAt)).toBe(receivedAt.toISOString());
  });
});
