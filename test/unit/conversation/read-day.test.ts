import { beforeAll, describe, expect, it } from '@jest/globals';
import { readDay } from '../../../src/conversation/read-day.ts';
import { loadContent } from '../../support/conversation.ts';

let world: Awaited<ReturnType<typeof loadContent>>;
beforeAll(async () => {
  world = await loadContent();
}, 60_000);

/** Seen from Friday 20 November 2026. */
const read = (text: string) => readDay(text, '2026-11-20', world.library.holidays, world.t);

describe('the day that is meant', () => {
  it.each([
    ['hôm nay', ['2026-11-20']],
    ['mai có làm không', ['2026-11-21']],
    ['sang mai', ['2026-11-21']],
    ['ngày mốt', ['2026-11-22']],
    ['thứ bảy', ['2026-11-21']],
    ['thu 7', ['2026-11-21']],
    ['thứ sáu', ['2026-11-20']],
    ['thứ sáu tuần sau', ['2026-11-27']],
    ['chủ nhật tuần này', ['2026-11-22']],
    ['cn', ['2026-11-22']],
    ['cuối tuần', ['2026-11-21', '2026-11-22']],
    ['30/4', ['2027-04-30']],
    ['ngày 30 tháng 4', ['2027-04-30']],
    ['2/9/2026', ['2026-09-02']],
    ['24-11', ['2026-11-24']],
    ['ngày 1 tháng 1 năm 2027', ['2027-01-01']],
    ['Saturday', ['2026-11-21']],
    ['tomorrow', ['2026-11-21']],
  ])('%s', (text, days) => {
    expect(read(text)?.days).toEqual(days);
  });

  it('may be a holiday whose days nobody has announced', () => {
    const meant = readDay('tết nghỉ mấy ngày', '2028-11-20', world.library.holidays, world.t);
    expect(meant?.holiday).toMatchObject({ name: { vi: 'tết' }, status: 'proposed', off: [] });
  });

  it.each(['31/4', '45/13', 'phí 2.000 đồng', 'chị mài dao', 'một hai ba', ''])('%s names no day', (text) => {
    expect(read(text)?.days ?? []).toEqual([]);
  });

  it('knows holidays by name, the longer name first', () => {
    expect(read('tết nghỉ mấy ngày')?.holiday?.id).toBe('tet-2027');
    expect(read('tết dương lịch có làm không')?.holiday?.id).toBe('new-year-2027');
    expect(read('quốc khánh')?.holiday?.id).toBe('national-2027');
    expect(read('ngày văn hóa')?.holiday?.id).toBe('culture-2026');
  });

  it('knows parts of the day and the hour', () => {
    expect(read('chiều mai')).toMatchObject({ part: 'afternoon', days: ['2026-11-21'] });
    expect(read('5 giờ chiều')).toMatchObject({ part: 'afternoon', minutes: 1020 });
    expect(read('17h')).toMatchObject({ minutes: 1020 });
    expect(read('7g30 sáng')).toMatchObject({ minutes: 450, part: 'morning' });
    expect(read('giờ này còn làm không')).toMatchObject({ now: true, days: [] });
  });
});
