import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a counted link leads to. */
export interface LinkTarget {
  unitId: string;
  url: string;
}

/** Makes and reads the paths of counted links. A path that we did not make leads nowhere. */
export interface LinkSigner {
  /** The path for a target, e.g. `/l/hang-gon/aHR0….c2ln`; undefined for a target that no link may have. */
  sign(target: LinkTarget): string | undefined;
  /** The target of a path's two parts; undefined when it was not made with our key, or its address may not be given any more. */
  read(unitId: string, token: string): LinkTarget | undefined;
}

/** 132 bits: enough against guessing, short enough for a button. */
const signatureChars = 22;
const urlAtMost = 1_000;

/**
 * @param allowedHosts official hosts; the path's own signature is no reason to lead elsewhere, so they are checked both
 *   when a link is made and when it is opened.
 */
export function createLinkSigner(key: Uint8Array, allowedHosts: readonly string[]): LinkSigner {
  const signatureOf = ({ unitId, url }: LinkTarget) =>
    createHmac('sha256', key)
      .update(JSON.stringify([unitId, url]))
      .digest('base64url')
      .slice(0, signatureChars);

  return {
    sign(target) {
      if (!isAllowed(target.url, allowedHosts) || target.url.length > urlAtMost) return undefined;
      const encoded = Buffer.from(target.url).toString('base64url');
      return `/l/${target.unitId}/${encoded}.${signatureOf(target)}`;
    },
    read(unitId, token) {
      const [encoded = '', signature = '', ...rest] = token.split('.');
      if (rest.length > 0 || encoded.length > 2 * urlAtMost) return undefined;
      const target = { unitId, url: Buffer.from(encoded, 'base64url').toString('utf8') };
      // Reading base64 skips what does not belong to it; only the path that was made is a path of ours.
      if (Buffer.from(target.url).toString('base64url') !== encoded) return undefined;
      const expected = Buffer.from(signatureOf(target));
      const given = Buffer.from(signature);
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
      return isAllowed(target.url, allowedHosts) ? target : undefined;
    },
  };
}

function isAllowed(url: string, hosts: readonly string[]): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, username, password, port } = new URL(url);
  return protocol === 'https:' && hosts.includes(hostname) && username + password + port === '';
}
