import type { SecretBox } from '../../core/ports.ts';
import type { StaffUser } from '../../core/staff.ts';
import type { OwnContext } from '../route.ts';
import { findTotpStep } from './totp.ts';

/** A secret is sealed for one account: moved to another it does not open. */
const contextOf = (userId: string) => `totp:${userId}`;

export function sealTotpSecret(secrets: SecretBox, userId: string, secret: string): Uint8Array {
  return secrets.seal(Buffer.from(secret), contextOf(userId));
}

/** Throws AppError `invalid-input` when it was not sealed for this account. */
export function openTotpSecret(secrets: SecretBox, userId: string, sealed: Uint8Array): string {
  return Buffer.from(secrets.open(sealed, contextOf(userId))).toString();
}

/** A code is guessed one time in some hundred thousand: few attempts in the span of the limit. */
const codePoints = 3;

/** Whether a code is the account's now and was not used before; also counts as an attempt. */
export async function takeTotpCode(
  context: OwnContext,
  user: StaffUser,
  code: string,
): Promise<'ok' | 'wrong' | 'too-often'> {
  const { services, now } = context;
  const budget = await services.attempts.account.take(`code ${user.id}`, codePoints);
  if (!budget.allowed) return 'too-often';
  if (user.totpSecret === null) return 'wrong';
  const secret = openTotpSecret(services.secrets, user.id, user.totpSecret);
  const step = findTotpStep(secret, code, now);
  if (step === undefined) return 'wrong';
  return (await services.storage.staff.users.takeTotpStep(user.id, step)) ? 'ok' : 'wrong';
}
