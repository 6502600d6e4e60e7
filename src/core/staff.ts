/** What an officer may do in a unit; each role may do all that the ones before it may. */
export const staffRoles = ['viewer', 'reviewer', 'editor', 'approver', 'admin'] as const;

export type StaffRole = (typeof staffRoles)[number];

/** Stands for all units where a role names its unit: the province's role. Not a possible unit id. */
export const everyUnit = '*';

/** An officer's account as it is stored. Accounts are never deleted, so that a name in the audit log stays one person's. */
export interface StaffUser {
  id: string;
  /** Lower-case, unique for ever. */
  username: string;
  /** As colleagues know them. */
  name: string;
  email: string | null;
  /** argon2id in PHC form; null until the invitation is taken, or for those who sign in elsewhere. */
  passwordHash: string | null;
  /** The password was set by somebody else and must be changed before anything else. */
  passwordExpired: boolean;
  /** Sealed secret of the authenticator app; null when there is none. */
  totpSecret: Uint8Array | null;
  /** Sessions of an earlier epoch are over; grows with a new password, a lost device, a closed account. */
  epoch: number;
  /** ISO 8601, UTC; null while open. */
  disabledAt: string | null;
  signedInAt: string | null;
  /** Role by unit id, or by `everyUnit`. */
  roles: Readonly<Record<string, StaffRole>>;
}

/** Accounts, roles and invitations. Instants are ISO 8601 in UTC. */
export interface StaffUserStore {
  /** Says when the username, or the address, is another account's. */
  create(
    user: Pick<StaffUser, 'id' | 'username' | 'name' | 'email'>,
  ): Promise<'created' | 'username-taken' | 'email-taken'>;
  read(id: string): Promise<StaffUser | undefined>;
  findByUsername(username: string): Promise<StaffUser | undefined>;
  /** The account with this address. */
  findByEmail(email: string): Promise<StaffUser | undefined>;
  /** The account that was bound to a subject of an identity provider. */
  findBySubject(issuer: string, subject: string): Promise<StaffUser | undefined>;
  /** All accounts with their roles, by username; with a unit, those that have a role there or everywhere. */
  list(unitId?: string): Promise<StaffUser[]>;
  /** False when the address is another account's. */
  rename(id: string, person: Pick<StaffUser, 'name' | 'email'>): Promise<boolean>;
  /** Sets a password and ends all sessions. */
  setPassword(id: string, hash: string, options: { expired: boolean }): Promise<void>;
  /** Sets or removes the authenticator secret; removing ends all sessions. */
  setTotpSecret(id: string, sealed: Uint8Array | null): Promise<void>;
  /** Uses up a time step of the authenticator app; false when it, or a later one, was used before. */
  takeTotpStep(id: string, step: number): Promise<boolean>;
  /** Gives a role in a unit, or takes it with null. */
  setRole(id: string, unitId: string, role: StaffRole | null): Promise<void>;
  /** Closes an account and ends its sessions, or opens it again with null. */
  setDisabled(id: string, at: string | null): Promise<void>;
  /** Ties an account to a subject for good; false when it is tied to one already. Rejects when the subject is another's. */
  bindSubject(id: string, issuer: string, subject: string): Promise<boolean>;
  noteSignIn(id: string, at: string): Promise<void>;
  endSessions(id: string): Promise<void>;
  /** Keeps an invitation by the hash of its secret. */
  invite(invitation: {
    hash: Uint8Array;
    userId: string;
    createdBy: string;
    expiresAt: string;
  }): Promise<void>;
  /** Whose invitation it is, while it may still be taken. */
  findInvited(hash: Uint8Array, at: string): Promise<StaffUser | undefined>;
  /** Uses up an invitation and all others of the same account; undefined when it is used, expired or unknown. */
  takeInvitation(hash: Uint8Array, at: string): Promise<string | undefined>;
  /** Deletes invitations that were not taken in time; returns how many. */
  purgeInvitations(at: string): Promise<number>;
}

/** What is kept of a signed-in browser; the same contract suite runs on every store. */
export interface StaffSession {
  userId: string;
  /** The account's epoch at sign-in. */
  epoch: number;
  /** Random text that the tokens of this session's forms are derived from. */
  formSeed: string;
  signedInAt: string;
  seenAt: string;
  /** When the browser got its present key. */
  renewedAt: string;
  /** The authenticator app was asked, or an identity provider vouched. */
  secondFactor: boolean;
  /** This key was replaced by another and only lasts for requests that are under way. */
  replaced: boolean;
  /** The session's other keys, as the store knows them: its successor, or what it succeeded. They end with it. */
  relatives?: string[];
}

/** Sessions by the hash of the browser's key. Rejects when it cannot serve: an unreadable session is no session. */
export interface StaffSessionStore {
  read(key: string): Promise<StaffSession | undefined>;
  /** Keeps a new session; it disappears `ttlSeconds` after the last write. */
  create(key: string, session: StaffSession, ttlSeconds: number): Promise<void>;
  /**
   * Puts `next` in the place of a session that is still as it was read; false when it has changed or is over. What has
   * ended meanwhile never comes back.
   */
  update(key: string, read: StaffSession, next: StaffSession, ttlSeconds: number): Promise<boolean>;
  /** Ends a session and returns it as it was; undefined when it was over. Of several at once, one gets it. */
  take(key: string): Promise<StaffSession | undefined>;
}

/** Whether `held` is enough where `needed` is asked for. */
export function covers(held: StaffRole | undefined, needed: StaffRole): boolean {
  return held !== undefined && staffRoles.indexOf(held) >= staffRoles.indexOf(needed);
}

/** The role that an officer has in a unit: the higher of the unit's own and the province's. */
export function roleIn(roles: StaffUser['roles'], unitId: string): StaffRole | undefined {
  const [own, province] = [roles[unitId], roles[everyUnit]];
  if (own === undefined || province === undefined) return own ?? province;
  return covers(own, province) ? own : province;
}
