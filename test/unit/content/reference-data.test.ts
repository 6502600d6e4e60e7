import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import type { z } from 'zod';
import { contactsSchema } from '../../../src/content/contacts-schema.ts';
import { holidaysSchema } from '../../../src/content/holidays-schema.ts';
import { legalSchema } from '../../../src/content/legal-schema.ts';
import { placesSchema } from '../../../src/content/places-schema.ts';
import { portalsSchema } from '../../../src/content/portals-schema.ts';
import { provincePresetsSchema } from '../../../src/content/province-presets-schema.ts';
import { provincesSchema } from '../../../src/content/provinces-schema.ts';
import { reportPresetsSchema } from '../../../src/content/report-presets-schema.ts';
import { unitSchema } from '../../../src/content/unit-schema.ts';

function read<S extends z.ZodType>(path: string, schema: S): z.output<S> {
  return schema.parse(parse(readFileSync(`content/${path}.yaml`, 'utf8')));
}

const legal = read('legal', legalSchema);
const places = read('places', placesSchema);
const provinces = read('provinces', provincesSchema);
const contacts = read('contacts', contactsSchema);
const holidays = read('holidays', holidaysSchema);
const reports = read('presets/reports', reportPresetsSchema);
const legalIds = new Set(legal.documents.map((document) => document.id));
const provinceIds = new Set(provinces.provinces.map((province) => province.id));

describe('register of legal documents', () => {
  it('has one entry per id and no link that leads nowhere', () => {
    expect(legalIds.size).toBe(legal.documents.length);
    const dangling = legal.documents.flatMap((document) =>
      [...document.amended_by, ...document.replaced_by].filter((id) => !legalIds.has(id)),
    );
    expect(dangling).toEqual([]);
  });

  it('never ends before it begins', () => {
    const backward = legal.documents.filter(
      ({ effective_from: from, effective_to: until }) => from !== null && until !== null && from > until,
    );
    expect(backward.map((document) => document.id)).toEqual([]);
  });

  it('calls nothing in force that has ended by the register’s day, and nothing expired that has not', () => {
    const wrong = legal.documents.filter(({ effective_to: until, status }) => {
      const ended = until !== null && until < legal.as_of;
      return ended ? status !== 'expired' : status === 'expired' && until !== null;
    });
    expect(wrong.map((document) => document.id)).toEqual([]);
  });
});

describe('provinces by date', () => {
  const nameOn = (id: string, day: string) =>
    provinces.provinces
      .find((province) => province.id === id)
      ?.names.filter(({ valid }) => (valid.from ?? day) <= day && (valid.until ?? day) >= day)
      .map((name) => name.full.vi);

  it('names Đồng Nai a province until 29 April 2026 and a city from the next day', () => {
    expect(nameOn('dong-nai', '2026-04-29')).toEqual(['tỉnh Đồng Nai']);
    expect(nameOn('dong-nai', '2026-04-30')).toEqual(['thành phố Đồng Nai']);
  });
});

describe('old place names', () => {
  const currentIds = new Set(places.current.map((place) => place.id));
  const nowOf = (name: string) => places.former.find((former) => former.name.vi === name)?.now;

  it('lead to units that exist, each told from its namesakes', () => {
    expect(places.former.flatMap((former) => former.now).filter((id) => !currentIds.has(id))).toEqual([]);
    const keys = places.former.map((former) => `${former.name.vi}|${former.within ?? ''}`);
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
    expect(places.former.filter((former) => !legalIds.has(former.legal))).toEqual([]);
  });

  it('knows the mergers that the plans need', () => {
    expect(nowOf('tỉnh Bình Phước')).toEqual(['province-dong-nai']);
    expect(nowOf('tỉnh Đắk Nông')).toEqual(['province-lam-dong']);
    expect(nowOf('xã Hàng Gòn')).toEqual(['dong-nai-hang-gon']);
    expect(nowOf('thành phố Đồng Xoài')).toEqual(['dong-nai-dong-xoai', 'dong-nai-binh-phuoc']);
  });

  it('counts 72 communes and 23 wards in 2025, 62 and 33 from 30 April 2026', () => {
    const communes = places.current.filter((place) => place.level === 'commune');
    const wardsOn = (day: string) =>
      communes.filter((place) =>
        place.names?.some(
          ({ full, valid }) =>
            full.vi.startsWith('phường ') && (valid.from ?? day) <= day && (valid.until ?? day) >= day,
        ),
      ).length;
    expect([communes.length, wardsOn('2025-07-01'), wardsOn('2026-04-30')]).toEqual([95, 23, 33]);
  });
});

describe('public holidays', () => {
  const isWeekend = (day: string) => [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay());

  it('makes up and swaps working days only, and works on Saturdays only', () => {
    const moved = holidays.holidays.flatMap((holiday) => [
      ...(holiday.made_up ?? []),
      ...(holiday.swapped_off ?? []),
    ]);
    expect(moved.filter(isWeekend)).toEqual([]);
    const worked = holidays.holidays.flatMap((holiday) => holiday.worked ?? []);
    expect(worked.filter((day) => new Date(`${day}T00:00:00Z`).getUTCDay() !== 6)).toEqual([]);
  });

  it('closes nothing on a mere proposal', () => {
    expect(holidays.holidays.filter((holiday) => holiday.status === 'proposed' && holiday.off.length > 0)).toEqual([]);
  });
});

describe('numbers, addresses and presets', () => {
  it('shows no number whose status is not certain', () => {
    const usable = contacts.contacts.filter((contact) => contact.status === 'usable').map((contact) => contact.phone);
    expect(usable).not.toContain('18001096');
    expect(usable).not.toContain('02511022');
    expect(usable).toEqual(expect.arrayContaining(['112', '113', '114', '115', '111', '19000368']));
  });

  it('allows links only to portals that may be shown', () => {
    const portals = read('portals', portalsSchema);
    const usableHosts = portals.portals
      .filter((portal) => portal.status === 'usable')
      .map((portal) => new URL(portal.url).host);
    expect(portals.allowed_hosts.filter((host) => !usableHosts.includes(host))).toEqual([]);
  });

  it('refers only to provinces, numbers and plans that exist', () => {
    const presets = read('presets/provinces', provincePresetsSchema).presets;
    const contactIds = new Set(contacts.contacts.map((contact) => contact.id));
    const reportIds = new Set(reports.presets.map((preset) => preset.id));
    for (const preset of presets) {
      expect(provinceIds).toContain(preset.province);
      expect(preset.contacts.filter((id) => !contactIds.has(id))).toEqual([]);
      if (preset.report_preset !== null) expect(reportIds).toContain(preset.report_preset);
    }
    expect(reportIds.size).toBe(5);
  });

  it('starts the demonstration ward without secrets and without a fact that nobody confirmed', () => {
    const unit = read('units/hang-gon', unitSchema);
    expect(unit.channels).toBeUndefined();
    const facts = [
      unit.address,
      unit.hours,
      ...(unit.contacts ?? []),
      ...(unit.tracking ?? []),
      ...(unit.holidays ?? []),
      ...Object.values(unit.local_fees ?? {}),
    ];
    expect(facts.filter((fact) => fact?.confirmed_by !== null)).toEqual([]);
    expect(() => read('units/_example', unitSchema)).not.toThrow();
  });
});
