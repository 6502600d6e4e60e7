import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { equalBytes } from '../shared/equal-bytes.ts';
import { parseJsonBytes } from '../shared/parse-json.ts';

/** What Meta posts when a person asks it for deletion or removes the app. */
export interface SignedRequest {
  /** App-scoped: not the id by which the person writes to the Page. */
  userId: string;
  /** ISO 8601 in UTC; undefined when the request does not say. */
  issuedAt: string | undefined;
}

const id = z.union([z.string().min(1).max(100), z.number().int().transform(String)]);
const content = z.object({
  algorithm: z.string(),
  user_id: id,
  issued_at: z.number().int().positive().max(1e11).optional().catch(undefined),
});

/**
 * Checks a `signed_request`: base64url signature, a full stop, base64url JSON; the signature is the HMAC-SHA256 of the
 * second part as encoded. Undefined when it is malformed or signed by none of `appSecrets`.
 */
export function readSignedRequest(
  signedRequest: string,
  appSecrets: readonly string[],
): SignedRequest | undefined {
  const match = /^([\w-]{1,100})={0,2}\.([\w-]{1,8000}={0,2})$/.exec(signedRequest);
  const [, signature, encoded] = match ?? [];
  if (signature === undefined || encoded === undefined) return undefined;
  const given = Buffer.from(signature, 'base64url');
  const isGenuine = appSecrets.some((secret) =>
    equalBytes(createHmac('sha256', secret).update(encoded).digest(), given),
  );
  const parsed = content.safeParse(parseJsonBytes(Buffer.from(encoded, 'base64url')));
  if (!isGenuine || !parsed.success || parsed.data.algorithm.toUpperCase() !== 'HMAC-SHA256')
    return undefined;
  const { user_id: userId, issued_at: issuedAt } = parsed.data;
  return { userId, issuedAt: issuedAt === undefined ? undefined : new Date(issuedAt * 1000).toISOString() };
}
