import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../core/ports.ts';
import type { StaffSession, StaffSessionStore, StaffUser } from '../core/staff.ts';

/** A browser that does nothing for so long is signed out. */
export const idleMinutes = 60;
/** So long after signing in one signs in again, busy or not. */
const longestHours = 12;
/** How often a browser gets a new key, and how long the old one still serves requests that are under way. */
const renewMinutes = 15;
const replacedSeconds = 60;
const idleSeconds = idleMinutes * 60;
/** A session is written again only after so long: each page would write otherwise. */
const touchSeconds = 60;
const promotionAttempts = 5;
/** Processes' clocks may differ by so much; a session from further ahead began while a clock was wrong. */
const driftSeconds = 300;

/** Begins, finds, renews and ends sessions; a key is what the browser holds, the store knows its hash alone. */
export function createSessions(store: StaffSessionStore, clock: Clock) {
  const hashOf = (key: string) => createHash('sha256').update(key).digest('hex');
  const newKey = () => randomBytes(32).toString('base64url');
  const secondsSince = (instant: string) => (clock.now().getTime() - Date.parse(instant)) / 1000;
  /** Within `seconds` after an instant; what lies ahead would otherwise last until the clock is there again. */
  const isWithin = (instant: string, seconds: number) =>
    secondsSince(instant) <= seconds && secondsSince(instant) >= -driftSeconds;

  async function create(session: StaffSession): Promise<string> {
    const key = newKey();
    await store.create(hashOf(key), session, idleSeconds);
    return key;
  }

  /**
   * A new key for the same session, with `next` as its state; the old one knows it and lasts for what is under way.
   * Undefined when the session is not as it was read any more: another request has signed out, or got the new key.
   */
  async function replace(
    key: string,
    session: StaffSession,
    next: StaffSession,
  ): Promise<string | undefined> {
    const old = hashOf(key);
    const nextKey = await create({ ...next, renewedAt: clock.now().toISOString(), relatives: [old] });
    const relatives = [...(session.relatives ?? []), hashOf(nextKey)];
    if (await store.update(old, session, { ...session, replaced: true, relatives }, replacedSeconds))
      return nextKey;
    await store.take(hashOf(nextKey));
    return undefined;
  }

  return {
    /** The session of a key, while it lasts. */
    async find(key: string): Promise<StaffSession | undefined> {
      if (!/^[\w-]{43}$/.test(key)) return undefined;
      const session = await store.read(hashOf(key));
      if (session === undefined || !isWithin(session.signedInAt, longestHours * 3600)) return undefined;
      return isWithin(session.seenAt, idleSeconds) ? session : undefined;
    },
    /** Notes that the session is in use; returns a new key when the browser is to take one. */
    async touch(key: string, session: StaffSession, mayRenew: boolean): Promise<string | undefined> {
      if (session.replaced) return undefined;
      const seen = { ...session, seenAt: clock.now().toISOString() };
      if (mayRenew && secondsSince(session.renewedAt) > renewMinutes * 60) return replace(key, session, seen);
      if (secondsSince(session.seenAt) > touchSeconds) {
        await store.update(hashOf(key), session, seen, idleSeconds);
      }
      return undefined;
    },
    /** A first key for a user who has just proved who they are. */
    begin(user: StaffUser, secondFactor: boolean): Promise<string> {
      const now = clock.now().toISOString();
      return create({
        userId: user.id,
        epoch: user.epoch,
        formSeed: randomBytes(16).toString('base64url'),
        ...{ signedInAt: now, seenAt: now, renewedAt: now, secondFactor, replaced: false },
      });
    },
    /**
     * A new key after what one may do has grown. The old one does not grow with it. Undefined when the session is over.
     */
    async promote(key: string, state: Partial<StaffSession>): Promise<string | undefined> {
      // Requests beside this one note that the session is in use; after the last of them it is as it was read.
      for (let attempt = 0; attempt < promotionAttempts; attempt += 1) {
        const session = await store.read(hashOf(key));
        if (session === undefined) return undefined;
        const next = await replace(key, session, { ...session, ...state, replaced: false });
        if (next !== undefined) return next;
      }
      return undefined;
    },
    /** Ends the session by whichever of its keys, with all that requests under way made of it. */
    async end(key: string): Promise<void> {
      const ended = await store.take(hashOf(key));
      for (const relative of ended?.relatives ?? []) await store.take(relative);
    },
  };
}

/** The token that a session's forms must hold. Without a session the seed is a random value in a cookie of its own. */
export function formToken(formKey: Uint8Array, seed: string): string {
  return createHmac('sha256', formKey).update(`form\0${seed}`).digest('base64url');
}

/** Compares in constant time. */
export function isToken(given: string, expected: string): boolean {
  const [one, other] = [given, expected].map((text) => createHash('sha256').update(text).digest());
  return one !== undefined && other !== undefined && timingSafeEqual(one, other);
}
