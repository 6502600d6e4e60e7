import { createHash, randomBytes } from 'node:crypto';
import type { StaffUserStore } from '../../core/staff.ts';

/** How long a one-time link may be taken. */
export const invitationHours = 72;

/** Makes a one-time link's path, with which an account's password is set; only the hash of its secret is kept. */
export async function invite(
  users: Pick<StaffUserStore, 'invite'>,
  options: { userId: string; createdBy: string; now: Date },
): Promise<string> {
  const { userId, createdBy, now } = options;
  const secret = randomBytes(32).toString('base64url');
  const expiresAt = new Date(now.getTime() + invitationHours * 3_600_000).toISOString();
  await users.invite({ hash: hashInvitation(secret), userId, createdBy, expiresAt });
  return `/staff/-/invitation/${secret}`;
}

export function hashInvitation(secret: string): Uint8Array {
  return createHash('sha256').update(secret).digest();
}
