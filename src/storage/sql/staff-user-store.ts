import type { StaffRole, StaffUser, StaffUserStore } from '../../core/staff.ts';
import type { Queryable } from './database.ts';
import { toStorable } from './storable.ts';

interface Row extends Omit<StaffUser, 'disabledAt' | 'signedInAt' | 'roles'> {
  disabledAt: Date | null;
  signedInAt: Date | null;
  roles: Record<string, StaffRole> | null;
}

const selectUsers = `
  select id, username, name, email, password_hash as "passwordHash", password_expired as "passwordExpired",
    totp_secret as "totpSecret", epoch, disabled_at as "disabledAt", signed_in_at as "signedInAt",
    (select jsonb_object_agg(unit_id, role) from staff_role where user_id = staff_user.id) as roles
  from staff_user`;

/** Accounts in SQL. Takes a transaction too. */
export function createStaffUserStore(database: Queryable): StaffUserStore {
  async function select(condition: string, parameters: readonly unknown[]): Promise<StaffUser[]> {
    const { rows } = await database.query<Row>(`${selectUsers} ${condition}`, parameters);
    return rows.map(toUser);
  }
  async function one(condition: string, parameters: readonly unknown[]): Promise<StaffUser | undefined> {
    const users = await select(condition, parameters);
    return users.length === 1 ? users[0] : undefined;
  }
  async function update(assignments: string, id: string, ...values: unknown[]): Promise<void> {
    await database.query(`update staff_user set ${assignments} where id = $1`, [id, ...values]);
  }

  return {
    async create(user) {
      const { rowCount } = await database.query(
        'insert into staff_user (id, username, name, email) values ($1, $2, $3, $4) on conflict do nothing',
        [user.id, user.username, toStorable(user.name), user.email],
      );
      if (rowCount > 0) return 'created';
      return (await one('where username = $1', [user.username])) === undefined
        ? 'email-taken'
        : 'username-taken';
    },
    read: (id) => one('where id = $1', [id]),
    findByUsername: (username) => one('where username = $1', [username]),
    findByEmail: (email) => one('where email = $1', [email]),
    findBySubject: (issuer, subject) => one('where issuer = $1 and subject = $2', [issuer, subject]),
    list: (unitId) =>
      unitId === undefined
        ? select('order by username', [])
        : select(
            `where exists (select from staff_role where user_id = staff_user.id and unit_id in ($1, '*'))
             order by username`,
            [unitId],
          ),
    async rename(id, { name, email }) {
      const { rowCount } = await database.query(
        `update staff_user set name = $2, email = $3
         where id = $1 and not exists (select from staff_user o where o.email = $3 and o.id <> $1)`,
        [id, toStorable(name), email],
      );
      return rowCount > 0;
    },
    setPassword: (id, hash, { expired }) =>
      update('password_hash = $2, password_expired = $3, epoch = epoch + 1', id, hash, expired),
    setTotpSecret: (id, sealed) =>
      sealed === null
        ? update('totp_secret = null, totp_step = 0, epoch = epoch + 1', id)
        : update('totp_secret = $2, totp_step = 0', id, sealed),
    async takeTotpStep(id, step) {
      // A code comes from one step before or after the server's own; a used one further ahead than that was used while the
      // clock had jumped, and would shut its owner out until then.
      const { rowCount } = await database.query(
        'update staff_user set totp_step = $2 where id = $1 and (totp_step < $2 or totp_step > $2 + 2)',
        [id, step],
      );
      return rowCount > 0;
    },
    async setRole(id, unitId, role) {
      if (role === null) {
        await database.query('delete from staff_role where user_id = $1 and unit_id = $2', [id, unitId]);
        return;
      }
      await database.query(
        `insert into staff_role (user_id, unit_id, role) values ($1, $2, $3)
         on conflict (user_id, unit_id) do update set role = excluded.role`,
        [id, unitId, role],
      );
    },
    setDisabled: (id, at) => update('disabled_at = $2, epoch = epoch + 1', id, at),
    async bindSubject(id, issuer, subject) {
      const { rowCount } = await database.query(
        'update staff_user set issuer = $2, subject = $3 where id = $1 and subject is null',
        [id, issuer, subject],
      );
      return rowCount > 0;
    },
    noteSignIn: (id, at) => update('signed_in_at = $2', id, at),
    endSessions: (id) => update('epoch = epoch + 1', id),
    async invite({ hash, userId, createdBy, expiresAt }) {
      await database.query(
        'insert into staff_invitation (hash, user_id, created_by, expires_at) values ($1, $2, $3, $4)',
        [hash, userId, createdBy, expiresAt],
      );
    },
    findInvited: (hash, at) =>
      one(
        `where disabled_at is null
           and id = (select user_id from staff_invitation where hash = $1 and expires_at > $2)`,
        [hash, at],
      ),
    async takeInvitation(hash, at) {
      // Only the statement that deletes this very row has taken it, however many come at once.
      const { rows } = await database.query<{ userId: string }>(
        'delete from staff_invitation where hash = $1 and expires_at > $2 returning user_id as "userId"',
        [hash, at],
      );
      const userId = rows[0]?.userId;
      if (userId === undefined) return undefined;
      await database.query('delete from staff_invitation where user_id = $1', [userId]);
      return userId;
    },
    async purgeInvitations(at) {
      const { rowCount } = await database.query('delete from staff_invitation where expires_at <= $1', [at]);
      return rowCount;
    },
  };
}

function toUser(row: Row): StaffUser {
  return {
    ...row,
    disabledAt: row.disabledAt?.toISOString() ?? null,
    signedInAt: row.signedInAt?.toISOString() ?? null,
    roles: row.roles ?? {},
  };
}
