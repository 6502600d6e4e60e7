import { describe, expect, it } from '@jest/globals';
import { operations } from '../../../src/cli/operations.ts';
import type { Services } from '../../../src/compose.ts';

/** Services whose outbound queue has one parked item. */
const services = {
  inbound: { release: () => Promise.resolve(false) },
  outbound: { release: (id: string) => Promise.resolve(id === 'there') },
} as unknown as Services;

describe('tthc queue release', () => {
  it('says what it put back, and that there is no such item', async () => {
    expect(await operations.release?.(services, { id: 'there' })).toEqual({
      text: 'Đã đưa there trở lại hàng đợi.\n',
      exitCode: 0,
    });
    expect(await operations.release?.(services, { id: 'gone' })).toEqual({
      text: expect.stringContaining('tthc queue parked'),
      exitCode: 1,
    });
  });
});
