import { randomUUID } from 'node:crypto';
import type { AuditRecord } from '../core/audit.ts';
import { everyUnit, type StaffUser, type StaffUserStore } from '../core/staff.ts';
import type { PasswordHasher, StaffStorage } from './services.ts';
import { invite } from './sign-in/invitations.ts';

const firstUsername = 'admin';

export interface FirstAdminOptions {
  storage: StaffStorage;
  passwords: PasswordHasher;
  /** The first admin's password as the operator configured it. */
  password: string | undefined;
  now: Date;
}

/**
 * Makes sure that somebody can get in: creates the province's admin `admin` when there is no account with that name, with
 * the configured password, which must be changed at first use. Without one, and as long as the account has no password,
 * returns the path of a new one-time link.
 */
export async function provideFirstAdmin(options: FirstAdminOptions): Promise<string | undefined> {
  const { storage, passwords, password, now } = options;
  const existing = await storage.staff.users.findByUsername(firstUsername);
  if (existing !== undefined && existing.passwordHash !== null) return undefined;
  const hash = password === undefined ? undefined : await passwords.hash(password);
  return storage.transaction(async (stores) => {
    const { users } = stores.staff;
    const admin = await provideAccount(users);
    const record: AuditRecord = {
      at: now.toISOString(),
      actor: 'system',
      unitId: null,
      action: 'user.first-admin',
      subject: `user:${firstUsername}`,
      before: null,
      after: { role: 'admin', by: hash === undefined ? 'link' : 'configuration' },
    };
    // Another process may have come first.
    if (admin.passwordHash !== null) return undefined;
    await stores.append(record);
    if (hash === undefined) return invite(users, { userId: admin.id, createdBy: 'system', now });
    await users.setPassword(admin.id, hash, { expired: true });
    return undefined;
  });
}

async function provideAccount(users: StaffUserStore): Promise<StaffUser> {
  const id = randomUUID();
  const made = await users.create({ id, username: firstUsername, name: 'Quản trị', email: null });
  if (made === 'created') {
    await users.setRole(id, everyUnit, 'admin');
  }
  const admin = await users.findByUsername(firstUsername);
  if (admin === undefined) throw new Error('the first admin could not be created');
  return admin;
}
