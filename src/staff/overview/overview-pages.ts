import { html } from '../html.ts';
import { unitPage, type StaffRoute } from '../route.ts';

/** The first page of a unit. */
export const overviewRoutes: readonly StaffRoute[] = [
  unitPage({
    path: '/:unit',
    role: 'viewer',
    handle: ({ t }) => ({ kind: 'page', title: t('staff-overview:title'), body: html`<p>…</p>` }),
  }),
];
