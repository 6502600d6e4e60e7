import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import express, { Router, type NextFunction, type Request, type Response } from 'express';
import { AppError } from '../core/errors.ts';
import { covers, everyUnit, roleIn, staffRoles, type StaffSession, type StaffUser } from '../core/staff.ts';
import { loadAssets } from './assets.ts';
import { createCookies } from './cookies.ts';
import type { Entered } from './form.ts';
import { renderFrame } from './frame.ts';
import { html, type Html } from './html.ts';
import { isOwnPath } from './own-path.ts';
import { readUpload, type UploadedFile } from './read-upload.ts';
import type {
  Act,
  Answer,
  Changed,
  OpenContext,
  OwnContext,
  PageAnswer,
  SessionDesk,
  Stage,
  StaffRoute,
  UnitContext,
} from './route.ts';
import type { ConsoleOptions, StaffStores, StoreSet, UnitStores } from './services.ts';
import { createSessions, formToken, isToken } from './sessions.ts';
import { readSecurity } from './settings/security-settings.ts';
import type { StaffText } from './staff-text.ts';

/** Largest form; a form of texts is far below. */
const formLimit = '128kb';
/** Fields of one form at most. */
const fieldLimit = 500;
const stateSeconds = 600;
const formCookieSeconds = 4 * 3600;
const csrfField = '_csrf';

const contentPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Who asks, as far as it is known when a request comes in. */
interface Visitor {
  key: string;
  session: StaffSession | undefined;
  /** The account of the session, open and of the session's epoch. */
  user: StaffUser | undefined;
  stage: Stage;
}

/**
 * Serves the routes of the table under `/staff`: finds out who asks, refuses whoever lacks the route's role, checks the
 * form's token, and sends what the handler answers within the console's frame.
 * @throws Error when a route has no role that its scope knows, or two routes are the same.
 */
export function createStaffConsole(
  options: ConsoleOptions & { t: StaffText },
  routes: readonly StaffRoute[],
): Router {
  checkRoutes(routes);
  const { t, storage, clock, formKey, secrets } = options;
  const assets = loadAssets();
  const links = { style: assets.style.path, script: assets.script.path };
  const isHttps = options.publicUrl?.startsWith('https:') === true;
  const cookies = createCookies(isHttps);
  const sessions = createSessions(options.sessions, clock);
  const router = Router();
  const csrfFields = new WeakMap<Request, Html>();

  router.use('/staff', (_request, response, next) => {
    response.set({
      'content-security-policy': contentPolicy,
      'cache-control': 'no-store',
      'x-frame-options': 'DENY',
    });
    next();
  });
  for (const asset of Object.values(assets)) {
    router.get(asset.path, (_request, response) => {
      response.set('cache-control', 'public, max-age=31536000, immutable').type(asset.type).send(asset.body);
    });
  }
  const readForm = express.urlencoded({ extended: false, limit: formLimit, parameterLimit: fieldLimit });
  // `/-/…` before `/:unit/…`, which would take it for a unit.
  for (const route of [...routes].sort(
    (one, other) => Number(one.scope === 'unit') - Number(other.scope === 'unit'),
  )) {
    const handle = (request: Request, response: Response) => serve(route, request, response);
    if (route.method === 'post') router.post(`/staff${route.path}`, readForm, handle);
    else router.get(`/staff${route.path}`, handle);
  }
  router.use('/staff', async (request: Request, response: Response) => {
    const visitor = await identify(request);
    sendProblem(request, response, visitor, 404, 'not_found');
  });
  router.use('/staff', (error: unknown, request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) return next(error);
    const { status, key, detail } = toProblem(error);
    if (status >= 500)
      options.logger.error({ error, path: routePath(request) }, 'a page of the staff console failed');
    sendProblem(
      request,
      response,
      { key: '', session: undefined, user: undefined, stage: 'complete' },
      status,
      key,
      detail,
    );
  });
  return router;

  async function serve(route: StaffRoute, request: Request, response: Response): Promise<void> {
    const visitor = await identify(request);
    if (Object.values(request.params).some((value) => /[\u0000-\u001f]/.test(String(value)))) {
      return sendProblem(request, response, visitor, 404, 'not_found');
    }
    const refusal = refuseVisitor(route, request, visitor);
    if (refusal !== undefined) return refusal(response);
    let file: UploadedFile | undefined;
    if (route.upload !== undefined) {
      const upload = await readUpload(request, response, route.upload.maxBytes);
      request.body = upload.fields;
      file = upload.file;
    }
    if (route.method === 'post' && !isOwnForm(request, visitor)) {
      return sendProblem(request, response, visitor, 403, 'csrf');
    }
    if (visitor.session !== undefined) {
      const isPage = route.method === 'get' && request.header('x-fragment') === undefined;
      giveKey(response, await sessions.touch(visitor.key, visitor.session, isPage));
    }
    const input = (route.method === 'post' ? request.body : request.query) as Entered | undefined;
    const context = makeContext(route, request, response, visitor, file);
    const answer = await route.answer(context as never, readFields(input ?? {}));
    await sendAnswer(request, response, visitor, answer);
  }

  async function identify(request: Request): Promise<Visitor> {
    const key = cookies.read(request, 'staff');
    const session = key === '' ? undefined : await sessions.find(key);
    const user = session === undefined ? undefined : await storage.staff.users.read(session.userId);
    if (
      session === undefined ||
      user === undefined ||
      user.disabledAt !== null ||
      user.epoch !== session.epoch
    ) {
      return { key: '', session: undefined, user: undefined, stage: 'complete' };
    }
    return { key, session, user, stage: await stageOf(user, session) };
  }

  async function stageOf(user: StaffUser, session: StaffSession): Promise<Stage> {
    if (user.totpSecret !== null && !session.secondFactor) return 'second-factor';
    if (user.passwordExpired) return 'new-password';
    const isAdmin = Object.values(user.roles).includes('admin');
    if (!isAdmin || session.secondFactor) return 'complete';
    return (await readSecurity(storage.staff.settings)).adminsNeedSecondFactor ? 'enrol' : 'complete';
  }

  /** How to answer someone who may not have this route; undefined when they may. */
  function refuseVisitor(
    route: StaffRoute,
    request: Request,
    visitor: Visitor,
  ): ((response: Response) => void) | undefined {
    if (route.scope === 'open') return undefined;
    const { user, stage } = visitor;
    if (user === undefined) {
      const wanted = route.method === 'get' ? `?next=${encodeURIComponent(request.originalUrl)}` : '';
      return (response) => response.redirect(303, `/staff/-/sign-in${wanted}`);
    }
    if (!route.stages.includes(stage)) {
      // A page of a stage that is over leads on; everything else leads to what is still to be done.
      return (response) => response.redirect(303, stagePages[stage]);
    }
    if (route.scope === 'own') return undefined;
    const unitId = route.scope === 'unit' ? String(request.params.unit) : everyUnit;
    const isKnown = route.scope === 'province' || options.library().units.has(unitId);
    const held = route.scope === 'unit' ? roleIn(user.roles, unitId) : user.roles[everyUnit];
    // Whoever has no role in a unit is not told whether it exists.
    if (held === undefined || !isKnown) {
      return (response) =>
        sendProblem(
          request,
          response,
          visitor,
          route.scope === 'unit' ? 404 : 403,
          route.scope === 'unit' ? 'not_found' : 'forbidden',
        );
    }
    if (covers(held, route.role)) return undefined;
    return (response) => sendProblem(request, response, visitor, 403, 'forbidden');
  }

  /** Whether a form was made by us for this browser, and sent from a page of ours. */
  function isOwnForm(request: Request, visitor: Visitor): boolean {
    const site = request.header('sec-fetch-site');
    if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
    const seed = visitor.session?.formSeed ?? cookies.read(request, 'staff-form');
    const given: unknown = (request.body as Record<string, unknown> | undefined)?.[csrfField];
    return seed !== '' && typeof given === 'string' && isToken(given, formToken(formKey, seed));
  }

  /** Without a key the session has ended meanwhile: the browser signs in again. */
  function giveKey(response: Response, key: string | undefined): void {
    if (key !== undefined) cookies.write(response, 'staff', key);
  }

  /** The hidden field of this browser's forms; whoever has no session gets a cookie to tie the form to. */
  function csrfOf(request: Request, response: Response, visitor: Visitor): Html {
    const made = csrfFields.get(request);
    if (made !== undefined) return made;
    let seed = visitor.session?.formSeed ?? cookies.read(request, 'staff-form');
    if (seed === '') {
      seed = randomBytes(16).toString('base64url');
      cookies.write(response, 'staff-form', seed, formCookieSeconds);
    }
    const field = html`<input type="hidden" name="${csrfField}" value="${formToken(formKey, seed)}" />`;
    csrfFields.set(request, field);
    return field;
  }

  function makeContext(
    route: StaffRoute,
    request: Request,
    response: Response,
    visitor: Visitor,
    file: UploadedFile | undefined,
  ): OpenContext | OwnContext | UnitContext {
    const { user } = visitor;
    const base = {
      services: options,
      t,
      now: clock.now(),
      csrf: csrfOf(request, response, visitor),
      param: (name: string) => String(request.params[name] ?? ''),
      ip: request.ip ?? '',
      file,
      sessions: deskFor(request, response, visitor),
      changeAs: <T>(actor: StaffUser, act: Act, work: (stores: StaffStores) => Promise<Changed<T>>) =>
        changeWith(actor, null, act, ({ staff }) => work(staff)),
    };
    if (route.scope === 'open' || user === undefined) return { ...base, user };
    if (route.scope !== 'unit') {
      return {
        ...base,
        user,
        stores: storage.staff,
        change: <T>(act: Act, work: (stores: StaffStores) => Promise<Changed<T>>) =>
          changeWith(user, null, act, ({ staff }) => work(staff)),
      };
    }
    const unit = options.library().units.get(base.param('unit'));
    const role = unit === undefined ? undefined : roleIn(user.roles, unit.id);
    if (unit === undefined || role === undefined) throw new AppError('not-found', 'The unit is gone.');
    return {
      ...base,
      user,
      unit,
      role,
      stores: storage.unit(unit.id),
      change: <T>(act: Act, work: (stores: UnitStores) => Promise<Changed<T>>) =>
        changeWith(user, unit.id, act, (stores) => work(stores.unit(unit.id))),
      path: (rest) => `/staff/${unit.id}${rest}`,
    };
  }

  /** Does the work and its record in one transaction. */
  function changeWith<T>(
    actor: StaffUser,
    unitId: string | null,
    act: Act,
    work: (stores: StoreSet) => Promise<Changed<T>>,
  ): Promise<T> {
    return storage.transaction(async (stores) => {
      const done = await work(stores);
      if ('unchanged' in done) return done.result;
      const { before, after } = done;
      const at = clock.now().toISOString();
      await stores.append({ at, actor: actor.username, unitId, ...act, before, after });
      return done.result;
    });
  }

  function deskFor(request: Request, response: Response, visitor: Visitor): SessionDesk {
    const { key, session } = visitor;
    return {
      current: session,
      async begin(user, { secondFactor }) {
        if (key !== '') await sessions.end(key);
        giveKey(response, await sessions.begin(user, secondFactor));
        cookies.clear(response, 'staff-form');
      },
      async confirmSecondFactor() {
        giveKey(response, await sessions.promote(key, { secondFactor: true }));
      },
      async renew(user, state) {
        giveKey(response, await sessions.promote(key, { ...state, epoch: user.epoch }));
      },
      async end() {
        if (key !== '') await sessions.end(key);
        cookies.clear(response, 'staff');
      },
      keepState(value) {
        const sealed = Buffer.from(secrets.seal(Buffer.from(value), 'sign-in-state')).toString('base64url');
        cookies.write(response, 'staff-state', sealed, stateSeconds);
      },
      takeState() {
        const sealed = cookies.read(request, 'staff-state');
        cookies.clear(response, 'staff-state');
        if (sealed === '') return undefined;
        try {
          return Buffer.from(secrets.open(Buffer.from(sealed, 'base64url'), 'sign-in-state')).toString();
        } catch {
          return undefined;
        }
      },
    };
  }

  async function sendAnswer(
    request: Request,
    response: Response,
    visitor: Visitor,
    answer: Answer,
  ): Promise<void> {
    switch (answer.kind) {
      case 'page':
        return sendPage(request, response, visitor, answer);
      case 'fragment':
        response.type('html').send(answer.body.toString());
        return;
      case 'redirect': {
        if (!isOwnPath(answer.to)) throw new Error(`a staff route leads away: ${answer.to.slice(0, 60)}`);
        const mark = answer.to.includes('?') ? '&' : '?';
        response.redirect(
          303,
          answer.done === undefined ? answer.to : `${answer.to}${mark}done=${answer.done}`,
        );
        return;
      }
      case 'leave':
        response.redirect(303, answer.to);
        return;
      case 'file':
        response.attachment(answer.name).type(answer.type);
        await pipeline(
          answer.body instanceof Uint8Array
            ? Readable.from([Buffer.from(answer.body)])
            : Readable.from(answer.body),
          response,
        );
    }
  }

  function sendPage(request: Request, response: Response, visitor: Visitor, page: PageAnswer): void {
    const isComplete = visitor.user !== undefined && visitor.stage === 'complete';
    const unit = isComplete ? options.library().units.get(String(request.params.unit)) : undefined;
    const isMember =
      unit !== undefined && visitor.user !== undefined && roleIn(visitor.user.roles, unit.id) !== undefined;
    const done = typeof request.query.done === 'string' ? `done.${request.query.done}` : '';
    response
      .status(page.status ?? 200)
      .type('html')
      .send(
        renderFrame({
          t,
          page,
          user: isComplete ? visitor.user : undefined,
          unit: isMember ? unit : undefined,
          csrf: csrfOf(request, response, visitor),
          path: request.path,
          done: /^done\.[a-z_]+$/.test(done) && t.has(done) ? t(done) : undefined,
          assets: links,
        }),
      );
  }

  function sendProblem(
    request: Request,
    response: Response,
    visitor: Visitor,
    status: number,
    key: string,
    detail?: string,
  ): void {
    const body = html`<p>${detail ?? t(`problem.${key}.text`)}</p>
      <p><a href="/staff">${t('problem.home')}</a></p>`;
    sendPage(request, response, visitor, { kind: 'page', status, title: t(`problem.${key}.title`), body });
  }
}

/** Where to go on while signing in is not complete. */
const stagePages: Record<Stage, string> = {
  complete: '/staff',
  'new-password': '/staff/-/new-password',
  'second-factor': '/staff/-/second-factor',
  enrol: '/staff/-/account/second-factor',
};

function checkRoutes(routes: readonly StaffRoute[]): void {
  const known = new Set<string>();
  for (const route of routes) {
    const name = `${route.method} ${route.path}`;
    const roles: Record<StaffRoute['scope'], readonly string[]> = {
      unit: staffRoles,
      province: staffRoles,
      own: ['signed-in'],
      open: ['anyone'],
    };
    if (roles[route.scope]?.includes(route.role) !== true)
      throw new Error(`staff route without a role: ${name}`);
    if ((route.scope === 'unit') !== /^\/:unit(\/|$)/.test(route.path)) {
      throw new Error(`staff route whose path does not fit its scope: ${name}`);
    }
    if (known.has(name)) throw new Error(`staff route declared twice: ${name}`);
    known.add(name);
  }
}

/** What was sent, without the token, and without what no database holds: U+0000 and half characters. */
function readFields(input: Entered): Entered {
  const clean = (text: string) => text.replaceAll('\u0000', '').toWellFormed();
  const fields = Object.entries(input).filter(([name]) => name !== csrfField);
  return Object.fromEntries(
    fields.map(([name, value]) => [name, Array.isArray(value) ? value.map(clean) : clean(value)]),
  );
}

/** The path of a request without what identifies anything, for the log. */
function routePath(request: Request): string {
  return (request.route as { path?: string } | undefined)?.path ?? '/staff';
}

/** What to show for an error: our own by their meaning, a broken request as such, everything else as a fault of ours. */
function toProblem(error: unknown): { status: number; key: string; detail?: string } {
  if (error instanceof AppError) {
    const statuses: Partial<Record<AppError['code'], [number, string]>> = {
      'not-found': [404, 'not_found'],
      conflict: [409, 'conflict'],
      'invalid-input': [400, 'bad_request'],
      'storage-unavailable': [503, 'unavailable'],
    };
    const [status, key] = statuses[error.code] ?? [500, 'failed'];
    return { status, key };
  }
  const status = (error as { status?: unknown }).status;
  if (status === 413) return { status, key: 'too_large' };
  if (typeof status === 'number' && status >= 400 && status < 500) return { status, key: 'bad_request' };
  return { status: 500, key: 'failed' };
}
