import { createHmac, createSecretKey } from 'node:crypto';

/** Makes the only name under which a citizen is known: HMAC of channel, unit and platform id, 144 bits, base64url. */
export type Pseudonymise = (channel: string, unitId: string, userId: string) => string;

export function createPseudonymiser(key: Uint8Array): Pseudonymise {
  const secret = createSecretKey(key);
  return (channel, unitId, userId) =>
    createHmac('sha256', secret)
      .update(JSON.stringify([channel, unitId, userId]))
      .digest()
      .subarray(0, 18)
      .toString('base64url');
}
