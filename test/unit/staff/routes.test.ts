import { describe, expect, it } from '@jest/globals';
import { html } from '../../../src/staff/html.ts';
import { isOwnPath } from '../../../src/staff/own-path.ts';
import { provincePage, unitPage, type Answer, type StaffRoute } from '../../../src/staff/route.ts';
import { staffRoutes } from '../../../src/staff/routes.ts';
import { createStaffConsole } from '../../../src/staff/staff-console.ts';

const page = (): Answer => ({ kind: 'page', title: 'x', body: html`x` });
const register = (routes: readonly StaffRoute[]) => createStaffConsole({} as never, routes);

describe('the route table', () => {
  it('has a role on every route, and none that only an open page may have on a page of a unit', () => {
    for (const { scope, role, path } of staffRoutes) {
      const roles = {
        unit: /^(viewer|reviewer|editor|approver|admin)$/,
        province: /^admin$/,
        own: /^signed-in$/,
        open: /^anyone$/,
      };
      expect({ path, role }).toEqual({ path, role: expect.stringMatching(roles[scope]) });
    }
  });

  it('opens to everybody only what signing in needs', () => {
    expect(staffRoutes.filter(({ scope }) => scope === 'open').map(({ path }) => path)).toEqual(
      expect.arrayContaining(['/-/sign-in', '/-/invitation/:secret']),
    );
    for (const { path } of staffRoutes.filter(({ scope }) => scope === 'open')) {
      expect(path).toMatch(/^\/-\/(sign-in|invitation)(\/|$)/);
    }
  });

  it('cannot take a route without a role', () => {
    // @ts-expect-error the role is required: this line must not compile
    const without = unitPage({ path: '/:unit/secret', handle: page });
    expect(() => register([without])).toThrow('without a role: get /:unit/secret');
    // @ts-expect-error a role that does not exist
    expect(() => register([unitPage({ path: '/:unit/secret', role: 'boss', handle: page })])).toThrow(
      'without a role',
    );
  });

  it('cannot take a route whose path hides its scope', () => {
    // @ts-expect-error a unit's page stands below the unit
    const astray = unitPage({ path: '/secret', role: 'viewer', handle: page });
    expect(() => register([astray])).toThrow('does not fit its scope');
    // @ts-expect-error the province's pages do not stand below a unit
    const below = provincePage({ path: '/:unit/all', role: 'admin', handle: page });
    expect(() => register([below])).toThrow('does not fit its scope');
  });

  it('cannot take the same route twice', () => {
    const twice = unitPage({ path: '/:unit/x', role: 'viewer', handle: page });
    expect(() => register([twice, twice])).toThrow('declared twice');
  });
});

describe('paths that a redirect may lead to', () => {
  it.each(['/staff', '/staff/hang-gon', '/staff?done=x', '/staff/-/account'])('%s', (path) =>
    expect(isOwnPath(path)).toBe(true),
  );
  it.each([
    '',
    '//evil.example',
    'https://evil.example/staff',
    '/staffx',
    '/staff//evil.example',
    '/staff/\\evil',
    '/',
    '/staff/\nx',
  ])('not %j', (path) => expect(isOwnPath(path)).toBe(false));
});
