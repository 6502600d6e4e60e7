import { describe, expect, it } from '@jest/globals';
import type { Unit } from '../../../src/content/library.ts';
import { distanceKm, findNearestOffice } from '../../../src/conversation/nearest-office.ts';

const unit = (id: string, latitude: number, longitude: number, confirmed = true) =>
  ({
    id,
    name: { vi: id },
    address: {
      text: { vi: id },
      latitude,
      longitude,
      confirmed_by: confirmed ? 'x' : null,
      confirmed_on: confirmed ? '2026-01-01' : null,
    },
  }) as unknown as Unit;

describe('the nearest office', () => {
  const units = [
    unit('near', 10.9, 107.2),
    unit('far', 11.3, 107.2),
    unit('unconfirmed', 10.95, 107.2, false),
  ];

  it('is the nearest confirmed one', () => {
    expect(findNearestOffice(units, 10.95, 107.2)?.unit.id).toBe('near');
    expect(findNearestOffice(units, 11.25, 107.2)?.unit.id).toBe('far');
  });

  it('is none when the citizen is elsewhere or the platform sent nonsense', () => {
    expect(findNearestOffice(units, 21, 105.8)).toBeUndefined();
    expect(findNearestOffice(units, Number.NaN, 107)).toBeUndefined();
    expect(findNearestOffice([], 10.9, 107.2)).toBeUndefined();
  });

  it('measures along the great circle', () => {
    // One degree of latitude is 111 km.
    expect(distanceKm(10, 107, 11, 107)).toBeCloseTo(111.2, 0);
    expect(distanceKm(10, 107, 10, 107)).toBe(0);
  });
});
