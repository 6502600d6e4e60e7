import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Who talks in a web chat: a random id, bound to a unit and signed, so that nobody can read another's replies. */
export interface Visitor {
  id: string;
  unitId: string;
  /** Staff and trial traffic, which no figure counts. */
  test: boolean;
}

export function newVisitor(unitId: string, test: boolean): Visitor {
  return { id: randomBytes(16).toString('base64url'), unitId, test };
}

/** `id.unit.flag.signature`; kept by the page, sent with each call. */
export function signVisitor(visitor: Visitor, key: Uint8Array): string {
  const body = `${visitor.id}.${visitor.unitId}.${visitor.test ? 't' : 'p'}`;
  return `${body}.${sign(body, key)}`;
}

/** The visitor that a token names; undefined when it was not made by us. */
export function readVisitor(token: string | undefined, key: Uint8Array): Visitor | undefined {
  if (token === undefined || token.length > 200) return undefined;
  const [id, unitId, flag, signature, ...rest] = token.split('.');
  if (id === undefined || unitId === undefined || signature === undefined || rest.length > 0)
    return undefined;
  const expected = Buffer.from(sign(`${id}.${unitId}.${flag ?? ''}`, key));
  const given = Buffer.from(signature);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  return { id, unitId, test: flag === 't' };
}

function sign(body: string, key: Uint8Array): string {
  return createHmac('sha256', key).update(body).digest('base64url');
}
