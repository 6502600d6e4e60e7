import { Secret, TOTP } from 'otpauth';

const periodSeconds = 30;
const issuer = 'TTHC';

/** A new secret for an authenticator app, in base32. */
export function newTotpSecret(): string {
  return new Secret({ size: 20 }).base32;
}

/** The address by which an authenticator app takes a secret over. */
export function totpAddress(secret: string, username: string): string {
  return makeTotp(secret, username).toString();
}

/** The time step whose code this is, now or one step to either side; undefined when it is none of them. */
export function findTotpStep(secret: string, code: string, now: Date): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined;
  const delta = makeTotp(secret, '').validate({ token: code, timestamp: now.getTime(), window: 1 });
  return delta === null ? undefined : Math.floor(now.getTime() / 1000 / periodSeconds) + delta;
}

/** Codes of six digits every thirty seconds, as every authenticator app makes them. */
function makeTotp(secret: string, label: string): TOTP {
  return new TOTP({
    issuer,
    label,
    secret: Secret.fromBase32(secret),
    algorithm: 'SHA1',
    digits: 6,
    period: periodSeconds,
  });
}
