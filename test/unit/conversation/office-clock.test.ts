import { beforeAll, describe, expect, it } from '@jest/globals';
import type { HolidaysFile } from '../../../src/content/holidays-schema.ts';
import type { Unit } from '../../../src/content/library.ts';
import { nextOpening, officeAt, officeDay } from '../../../src/conversation/office-clock.ts';
import { loadContent } from '../../support/conversation.ts';

let open: Unit;
let unsure: Unit;
let calendar: HolidaysFile;

beforeAll(async () => {
  const { library } = await loadContent();
  const [one, other] = [library.units.get('thu-nghiem'), library.units.get('xa-lang-gieng')];
  if (one === undefined || other === undefined) throw new Error('the test units are missing');
  [open, unsure] = [one, other];
  calendar = library.holidays;
}, 60_000);

const day = (date: string, unit = open) => officeDay(unit, calendar, date);
const at = (instant: string) => nextOpening(open, calendar, new Date(`${instant}+07:00`));

describe('one day', () => {
  it('is open in its hours, closed on days of rest', () => {
    expect(day('2026-11-20')).toMatchObject({
      kind: 'open',
      spans: [
        { from: 450, to: 690 },
        { from: 780, to: 1020 },
      ],
    });
    expect(day('2026-11-21')).toMatchObject({ kind: 'open', spans: [{ from: 450, to: 690 }] });
    expect(day('2026-11-22')).toEqual({ kind: 'weekly-rest', confirmed: true });
  });

  it('is closed on holidays, on days made up and swapped', () => {
    expect(day('2026-11-24')).toMatchObject({ kind: 'holiday', basis: '28/2026/QH16' });
    expect(day('2026-04-27')).toMatchObject({ kind: 'holiday' });
    expect(day('2026-08-31')).toMatchObject({ kind: 'holiday', basis: '9441/TB-BNV' });
    expect(day('2026-02-18')).toMatchObject({ kind: 'holiday' });
  });

  it('is open on a Saturday worked in exchange, with the hours of the day it stands for', () => {
    expect(day('2026-08-22')).toMatchObject({
      kind: 'open',
      workedFor: { vi: 'Quốc khánh' },
      spans: [
        { from: 450, to: 690 },
        { from: 780, to: 1020 },
      ],
    });
  });

  it('is never called closed by a mere proposal', () => {
    expect(day('2027-02-08')).toMatchObject({ kind: 'expected', certain: true });
    expect(day('2027-02-12')).toMatchObject({ kind: 'expected', certain: false });
    expect(day('2027-09-01')).toMatchObject({ kind: 'expected', certain: false });
    expect(day('2027-09-02')).toMatchObject({ kind: 'expected', certain: true });
  });

  it('follows the unit before the country, once somebody confirmed it', () => {
    expect(day('2026-12-05')).toMatchObject({ kind: 'holiday', basis: null });
    expect(day('2026-12-13')).toMatchObject({ kind: 'open', spans: [{ from: 480, to: 660 }] });
    expect(day('2026-11-23')).toMatchObject({ kind: 'unconfirmed' });
  });

  it('has no hours where nobody confirmed them', () => {
    expect(day('2026-11-20', unsure)).toEqual({ kind: 'open', spans: null, workedFor: null });
    expect(day('2026-11-21', unsure)).toEqual({ kind: 'weekly-rest', confirmed: false });
    expect(day('2026-11-24', unsure)).toMatchObject({ kind: 'holiday' });
  });
});

describe('a moment', () => {
  it.each([
    [449, { state: 'closed' }],
    [450, { state: 'open', until: 690 }],
    [689, { state: 'open', until: 690 }],
    [690, { state: 'break', opensAt: 780 }],
    [1019, { state: 'open', until: 1020 }],
    [1020, { state: 'closed' }],
  ])('minute %i of a Friday', (minutes, moment) => {
    expect(officeAt(open, calendar, '2026-11-20', minutes)).toEqual(moment);
  });

  it('is unknown without confirmed hours', () => {
    expect(officeAt(unsure, calendar, '2026-11-20', 600)).toEqual({ state: 'unknown' });
  });
});

describe('the next opening', () => {
  it.each([
    ['2026-11-20T09:00:00', { day: '2026-11-20', minutes: 450, isNow: true }],
    ['2026-11-20T12:00:00', { day: '2026-11-20', minutes: 780, isNow: false }],
    ['2026-11-20T17:00:00', { day: '2026-11-21', minutes: 450, isNow: false }],
    // Sunday, an unconfirmed Monday and a holiday are passed over.
    ['2026-11-21T12:00:00', { day: '2026-11-25', minutes: 450, isNow: false }],
    // Every day of the two proposals for Tết is passed over.
    ['2027-02-03T18:00:00', { day: '2027-02-15', minutes: 450, isNow: false }],
    ['2026-11-20T23:59:59', { day: '2026-11-21', minutes: 450, isNow: false }],
    ['2026-11-21T00:00:00', { day: '2026-11-21', minutes: 450, isNow: false }],
  ])('seen from %s', (instant, opening) => {
    expect(at(instant)).toEqual(opening);
  });

  it('is not promised where hours are not confirmed', () => {
    expect(nextOpening(unsure, calendar, new Date())).toBeUndefined();
  });
});
