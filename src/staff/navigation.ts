import type { StaffRole } from '../core/staff.ts';

/** One entry of the console's menu. */
export interface NavigationEntry {
  /** Path below the unit, as in the route table without `/:unit`. The entry is current on every page below it. */
  path: '' | `/${string}`;
  role: StaffRole;
  /** Key of its name. */
  label: string;
}

/** The menu of a unit, in order; who lacks the role does not see the entry. A new section is one line. */
export const navigation: readonly NavigationEntry[] = [
  { path: '', role: 'viewer', label: 'nav.overview' },
  { path: '/conversations', role: 'viewer', label: 'nav.conversations' },
  { path: '/review', role: 'reviewer', label: 'nav.review' },
  { path: '/content', role: 'viewer', label: 'nav.content' },
  { path: '/handovers', role: 'reviewer', label: 'nav.handovers' },
  { path: '/reports', role: 'viewer', label: 'nav.reports' },
  { path: '/outreach', role: 'viewer', label: 'nav.outreach' },
  { path: '/users', role: 'admin', label: 'nav.users' },
  { path: '/settings', role: 'admin', label: 'nav.settings' },
  { path: '/audit', role: 'admin', label: 'nav.audit' },
];
