import { AppError } from '../../core/errors.ts';
import type { StaffStorage } from '../services.ts';
import { invite } from './invitations.ts';

/**
 * A one-time link for an account whose owner cannot get in and whom no admin can help; for the one who runs the server.
 * Throws AppError `not-found` when there is no such account or it is closed.
 */
export async function inviteForOperator(storage: StaffStorage, username: string, now: Date): Promise<string> {
  return storage.transaction(async (stores) => {
    const { users } = stores.staff;
    const user = await users.findByUsername(username);
    if (user === undefined || user.disabledAt !== null) {
      throw new AppError(
        'not-found',
        `Không có tài khoản "${username}" đang mở; xem tên ở trang Người dùng.`,
      );
    }
    const at = now.toISOString();
    const act = {
      action: 'user.invite',
      subject: `user:${username}`,
      before: null,
      after: { by: 'operator' },
    };
    await stores.append({ at, actor: 'operator', unitId: null, ...act });
    return invite(users, { userId: user.id, createdBy: 'operator', now });
  });
}
