import { everyUnit, type StaffRole, type StaffUser, type StaffUserStore } from '../../core/staff.ts';

/** The officers of one unit. An account that also works elsewhere is changed by the province only. */
export interface UnitMembers {
  /** Who has a role here, or everywhere; by username. */
  list(): Promise<StaffUser[]>;
  /** One who has a role of this unit's own. */
  find(username: string): Promise<StaffUser | undefined>;
  /**
   * Creates an account with a role here; false when the username is taken. Without an address: whoever signs in at an
   * identity provider is found by it, so only the province says whose it is.
   */
  add(user: Pick<StaffUser, 'id' | 'username' | 'name'>, role: StaffRole): Promise<boolean>;
  setRole(userId: string, role: StaffRole | null): Promise<void>;
  /** Keeps an invitation for one who works here alone. */
  invite: StaffUserStore['invite'];
}

export function createUnitMembers(users: StaffUserStore, unitId: string): UnitMembers {
  return {
    list: () => users.list(unitId),
    async find(username) {
      const user = await users.findByUsername(username);
      return user?.roles[unitId] === undefined ? undefined : user;
    },
    async add(user, role) {
      const isNew = (await users.create({ ...user, email: null })) === 'created';
      if (isNew) await users.setRole(user.id, unitId, role);
      return isNew;
    },
    setRole: (userId, role) => users.setRole(userId, unitId, role),
    async invite(invitation) {
      const user = await users.read(invitation.userId);
      if (user === undefined || !worksHereAlone(user, unitId)) {
        throw new Error('an account that works elsewhere is invited by the province');
      }
      await users.invite(invitation);
    },
  };
}

/** Whether an account has a role in this unit and nowhere else. */
export function worksHereAlone(user: StaffUser, unitId: string): boolean {
  return Object.keys(user.roles).every((own) => own === unitId) && user.roles[everyUnit] === undefined;
}
