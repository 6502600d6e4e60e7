import { covers, roleIn, type StaffRole, type StaffUser } from '../core/staff.ts';
import type { Library } from '../content/library.ts';

/**
 * Whether an officer may do what concerns every unit: examples and topics are shared by all. Who has the role in each
 * unit may, and so may the province; in a deployment of one ward that is the ward's own officer.
 */
export function actsForAll(user: StaffUser, library: Library, role: StaffRole): boolean {
  return [...library.units.keys()].every((unitId) => covers(roleIn(user.roles, unitId), role));
}
