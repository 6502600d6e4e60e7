/**
 * The staff console's routes.
 *
 * A route is made by one of the functions below and put into the table in `routes.ts`; there is no other way in. Its
 * path says its scope, and its scope says which roles it may ask for:
 *
 * - `/:unit/…`  `unitPage`, `unitAction`: role `viewer` < `reviewer` < `editor` < `approver` < `admin` in that unit.
 *   The unit of the path is compared with the officer's roles before the handler runs, and `context.stores` is bound to
 *   it: a handler cannot name another unit's rows.
 * - `/-/…`      `provincePage`, `provinceAction`: the same roles, held over all units.
 * - `/-/…`      `ownPage`, `ownAction`: anybody who is signed in, for what is their own.
 * - `/-/…`      `openPage`, `openAction`: anybody, for signing in.
 *
 * A page reads, an action changes and then leads to a page. Actions get their form parsed by a zod schema; one that does
 * not fit goes to `refuse`, which shows the form again with what was entered and what is wrong (status 422). The token
 * against forged forms is checked before. A change goes through `context.change`, which stores who did what, before and
 * after, in the same transaction.
 */
import type { z } from 'zod';
import type { Unit } from '../content/library.ts';
import type { StaffRole, StaffSession, StaffUser } from '../core/staff.ts';
import { explainFaults, type Entered, type Faults } from './form.ts';
import type { Html } from './html.ts';
import type { UploadedFile } from './read-upload.ts';
import type { StaffServices, StaffStores, UnitStores } from './services.ts';
import type { StaffText } from './staff-text.ts';

/** What a handler answers. */
export type Answer =
  | PageAnswer
  /** `to` is a path of the console; `done` a key under `staff:done` that the next page says first. */
  | { kind: 'redirect'; to: string; done?: string }
  /** To an identity provider. */
  | { kind: 'leave'; to: string }
  | { kind: 'file'; name: string; type: string; body: Uint8Array | AsyncIterable<string | Uint8Array> }
  /** Part of a page, for the console's own script. */
  | { kind: 'fragment'; body: Html };

export interface PageAnswer {
  kind: 'page';
  title: string;
  body: Html;
  /** 200 unless given. */
  status?: number;
  /** A page above this one, shown as a link before the heading. */
  back?: { to: string; label: string };
}

/** What one act changed. `before` and `after` hold no citizen's words and no secret. */
export interface Act {
  /** Stable word such as `user.role`. */
  action: string;
  /** What was acted on, e.g. `user:lan`. */
  subject: string;
}

/** What an act did; one that found nothing to do is not recorded. */
export type Changed<T> = { result: T; before: unknown; after: unknown } | { result: T; unchanged: true };

interface BaseContext {
  services: StaffServices;
  /** Texts in the officer's language; the key's namespace is `staff` unless it names another. */
  t: StaffText;
  now: Date;
  /** A hidden field that every form must hold. */
  csrf: Html;
  /** A value of the path, e.g. `param('id')`. */
  param: (name: string) => string;
  /** The visitor's address, for limits. */
  ip: string;
  /** The file that came with the form, where the action takes one. */
  file: UploadedFile | undefined;
  sessions: SessionDesk;
  /** A change while nobody is signed in, by the one who has just proved to be `actor`. */
  changeAs<T>(actor: StaffUser, act: Act, work: (stores: StaffStores) => Promise<Changed<T>>): Promise<T>;
}

/** What sign-in pages do with the browser's session. */
export interface SessionDesk {
  current: StaffSession | undefined;
  begin(user: StaffUser, options: { secondFactor: boolean }): Promise<void>;
  /** Marks that the second factor was given; the browser gets a new key. */
  confirmSecondFactor(): Promise<void>;
  /** Goes on after the account's epoch has grown through the officer's own act; the browser gets a new key. */
  renew(user: StaffUser, state?: { secondFactor: boolean }): Promise<void>;
  end(): Promise<void>;
  /** A sealed value that only this browser brings back, within minutes; for a sign-in elsewhere that is under way. */
  keepState(value: string): void;
  takeState(): string | undefined;
}

export interface OpenContext extends BaseContext {
  user: StaffUser | undefined;
}

export interface OwnContext extends BaseContext {
  user: StaffUser;
  stores: StaffStores;
  change<T>(act: Act, work: (stores: StaffStores) => Promise<Changed<T>>): Promise<T>;
}

export type ProvinceContext = OwnContext;

export interface UnitContext extends BaseContext {
  user: StaffUser;
  unit: Unit;
  /** The officer's role here. */
  role: StaffRole;
  /** Bound to the unit. */
  stores: UnitStores;
  change<T>(act: Act, work: (stores: UnitStores) => Promise<Changed<T>>): Promise<T>;
  /** A path of this unit: `path('/conversations')`. */
  path: (rest: string) => string;
}

export type UnitPath = '/:unit' | `/:unit/${string}`;
export type SystemPath = `/-/${string}`;

/**
 * How far someone has signed in: all the way, or the second factor is still to be given, the password to be changed, the
 * second factor to be set up. A page may be seen in the stages that it names, `complete` unless it names any.
 */
export type Stage = 'complete' | 'second-factor' | 'new-password' | 'enrol';

export const allStages: readonly Stage[] = ['complete', 'second-factor', 'new-password', 'enrol'];

interface Contexts {
  unit: UnitContext;
  province: ProvinceContext;
  own: OwnContext;
  open: OpenContext;
}
export type Scope = keyof Contexts;

/** A route as the console serves it. */
export type StaffRoute = { [S in Scope]: RouteOf<S> }[Scope];

interface RouteOf<S extends Scope> {
  readonly scope: S;
  readonly method: 'get' | 'post';
  /** Without the console's own `/staff`. */
  readonly path: string;
  readonly role: S extends 'unit' | 'province' ? StaffRole : S extends 'own' ? 'signed-in' : 'anyone';
  readonly stages: readonly Stage[];
  /** The form may hold one file. */
  readonly upload: Upload | undefined;
  /** Answers a request; `input` is the query or the form as it came. */
  readonly answer: (context: Contexts[S], input: Entered) => Promise<Answer>;
}

/** What an action takes beside texts. */
interface Upload {
  maxBytes: number;
}

type Result = Answer | Promise<Answer>;

interface PageSpec<C, P, R, Q> {
  path: P;
  role: R;
  stages?: readonly Stage[];
  /** What the query may hold. Give each field a `.catch`: an odd link shows the page, not a fault. */
  query?: z.ZodType<Q>;
  handle(context: C, query: Q): Result;
}

interface ActionSpec<C, P, R, F> {
  path: P;
  role: R;
  stages?: readonly Stage[];
  form: z.ZodType<F>;
  upload?: Upload;
  handle(context: C, form: F): Result;
  /** Shows the form again: `faults` by field, `entered` as it came. */
  refuse(context: C, faults: Faults, entered: Entered): Result;
}

export const unitPage = <Q = unknown>(spec: PageSpec<UnitContext, UnitPath, StaffRole, Q>) =>
  page('unit', spec);
export const unitAction = <F>(spec: ActionSpec<UnitContext, UnitPath, StaffRole, F>) => action('unit', spec);
export const provincePage = <Q = unknown>(spec: PageSpec<ProvinceContext, SystemPath, StaffRole, Q>) =>
  page('province', spec);
export const provinceAction = <F>(spec: ActionSpec<ProvinceContext, SystemPath, StaffRole, F>) =>
  action('province', spec);
export const ownPage = <Q = unknown>(spec: PageSpec<OwnContext, SystemPath | '', 'signed-in', Q>) =>
  page('own', spec);
export const ownAction = <F>(spec: ActionSpec<OwnContext, SystemPath, 'signed-in', F>) => action('own', spec);
export const openPage = <Q = unknown>(spec: PageSpec<OpenContext, SystemPath, 'anyone', Q>) =>
  page('open', spec);
export const openAction = <F>(spec: ActionSpec<OpenContext, SystemPath, 'anyone', F>) => action('open', spec);

function page<S extends Scope, Q>(
  scope: S,
  spec: PageSpec<Contexts[S], string, RouteOf<S>['role'], Q>,
): RouteOf<S> {
  const { path, role, stages = ['complete'], query } = spec;
  return {
    ...{ scope, method: 'get', path, role, stages, upload: undefined },
    answer: async (context, input) =>
      spec.handle(context, (query === undefined ? input : query.parse(input)) as Q),
  };
}

function action<S extends Scope, F>(
  scope: S,
  spec: ActionSpec<Contexts[S], string, RouteOf<S>['role'], F>,
): RouteOf<S> {
  const { path, role, stages = ['complete'] } = spec;
  return {
    ...{ scope, method: 'post', path, role, stages, upload: spec.upload },
    async answer(context, input) {
      const parsed = spec.form.safeParse(input);
      if (parsed.success) return spec.handle(context, parsed.data);
      const answer = await spec.refuse(context, explainFaults(parsed.error, context.t), input);
      return answer.kind === 'page' ? { status: 422, ...answer } : answer;
    },
  };
}
