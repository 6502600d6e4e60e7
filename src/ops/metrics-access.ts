import { createHash, timingSafeEqual } from 'node:crypto';
import { BlockList, isIP } from 'node:net';
import type { Request, RequestHandler } from 'express';

/** Networks that nobody on the internet can write from. */
const internal = new BlockList();
for (const [net, prefix] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  internal.addSubnet(net, prefix, 'ipv4');
}
internal.addAddress('::1', 'ipv6');
internal.addSubnet('fc00::', 7, 'ipv6');
internal.addSubnet('fe80::', 10, 'ipv6');

/** Whether an address is of this machine or of a private network. */
export function isInternalAddress(address: string | undefined): boolean {
  if (address === undefined) return false;
  const version = isIP(address);
  return version !== 0 && internal.check(address, version === 4 ? 'ipv4' : 'ipv6');
}

/**
 * Lets through who may read figures: with a `token`, whoever shows it; without one, this machine and private networks.
 * Every address that is known of the visitor must be internal, the connection's own as well as the one that the nearest
 * proxy noted, trusted or not: anybody can write a header, and a proxy's own address says nothing about who is behind it.
 */
export function guardMetrics(token: string | undefined): RequestHandler {
  return (request, response, next) => {
    const allowed =
      token === undefined
        ? [request.socket.remoteAddress, request.ip, ...nearestNoted(request)].every(isInternalAddress)
        : isSame(request.header('authorization') ?? '', `Bearer ${token}`);
    if (allowed) return next();
    response
      .status(403)
      .type('text/plain')
      .send('Chỉ mạng nội bộ, hoặc METRICS_TOKEN. Internal networks only, or METRICS_TOKEN.');
  };
}

function nearestNoted(request: Request): string[] {
  const noted = request.header('x-forwarded-for')?.split(',').at(-1)?.trim();
  return noted === undefined ? [] : [noted];
}

/** Compares digests, so that the time tells nothing about either. */
function isSame(given: string, wanted: string): boolean {
  return timingSafeEqual(digest(given), digest(wanted));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
