import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { explainFaults, line, lines, optionalLine, tick } from '../../../src/staff/form.ts';

const t = Object.assign(
  (key: string, values?: object) => key + (values === undefined ? '' : JSON.stringify(values)),
  {
    has: () => true,
  },
);

describe('form fields', () => {
  it('tidy what was typed: composed, trimmed, one line, no control characters', () => {
    expect(line(20).parse('  Tie\u0302\u0301ng\u0000  Vie\u0323\u0302t\n ')).toBe('Tiếng Việt');
    expect(lines(20).parse(' một\r\nhai ')).toBe('một\nhai');
    expect(optionalLine(5).parse(undefined)).toBe('');
  });

  it('never store half a character', () => {
    expect(line(20).parse('a\ud800b')).toBe('a\ufffdb');
  });

  it('say what is missing and what is too long, once a field', () => {
    const form = z.object({ name: line(3), note: lines(10), box: tick, age: z.coerce.number().max(9) });
    const { error } = form.safeParse({ name: '   ', note: 'x'.repeat(11), age: '10' });
    expect(error && explainFaults(error, t)).toEqual({
      name: 'fault.required',
      note: 'fault.too_long{"limit":10}',
      age: 'fault.too_big{"limit":9}',
    });
  });

  it('read a tick only from the value that we send', () => {
    expect(tick.parse('1')).toBe(true);
    expect(tick.parse(undefined)).toBe(false);
    expect(tick.safeParse('on').success).toBe(false);
  });
});
