import type { Unit } from '../content/library.ts';
import { isConfirmed } from '../content/local-fact.ts';

/** A unit whose confirmed address has coordinates, and how far away it is as the crow flies. */
export interface NearbyOffice {
  unit: Unit;
  km: number;
}

const earthRadiusKm = 6371;
/** Farther than this is not "near": the citizen is elsewhere, or the platform sent nonsense. */
const nearAtMostKm = 60;

/** The nearest confirmed office of the deployment; undefined when none is known nearby. */
export function findNearestOffice(
  units: Iterable<Unit>,
  latitude: number,
  longitude: number,
): NearbyOffice | undefined {
  let nearest: NearbyOffice | undefined;
  for (const unit of units) {
    const { address } = unit;
    if (address?.latitude === undefined || address.longitude === undefined || !isConfirmed(address)) continue;
    const km = distanceKm(latitude, longitude, address.latitude, address.longitude);
    if (Number.isFinite(km) && km <= nearAtMostKm && (nearest === undefined || km < nearest.km)) {
      nearest = { unit, km };
    }
  }
  return nearest;
}

/** Great-circle distance in kilometres; degrees in. */
export function distanceKm(lat1: number, lon1: number, lat2: number, lon2: number): number {
  const toRadians = (degrees: number) => (degrees * Math.PI) / 180;
  const dLat = toRadians(lat2 - lat1);
  const dLon = toRadians(lon2 - lon1);
  const a =
    Math.sin(dLat / 2) ** 2 + Math.cos(toRadians(lat1)) * Math.cos(toRadians(lat2)) * Math.sin(dLon / 2) ** 2;
  return 2 * earthRadiusKm * Math.asin(Math.min(1, Math.sqrt(a)));
}
