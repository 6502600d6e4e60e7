import { isIP } from 'node:net';
import { connect } from 'node:tls';

/** What a host shows who it is with, as the calls to platforms would judge it. */
export interface ShownCertificate {
  verdict: 'good' | 'expired' | 'not-yet-valid' | 'other-name' | 'untrusted';
  validFrom: Date;
  validTo: Date;
}

const patienceMs = 5_000;
const httpsPort = 443;

/**
 * Shakes hands with an https host and sends nothing; undefined when it cannot be reached. What a proxy between us and the
 * host shows is what is seen.
 */
export function lookAtCertificate(url: string): Promise<ShownCertificate | undefined> {
  const { hostname, port } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return new Promise((resolve) => {
    const socket = connect({
      host,
      port: port === '' ? httpsPort : Number(port),
      // Looked at, not used: a bad one is to be named, and nothing is said to who shows it.
      rejectUnauthorized: false,
      timeout: patienceMs,
      ...(isIP(host) === 0 ? { servername: host } : {}),
    });
    const end = (shown: ShownCertificate | undefined) => {
      socket.destroy();
      resolve(shown);
    };
    socket.once('secureConnect', () => {
      const { valid_from: from, valid_to: to } = socket.getPeerCertificate();
      const verdict = socket.authorized ? 'good' : judge(socket.authorizationError);
      end({ verdict, validFrom: new Date(from), validTo: new Date(to) });
    });
    socket.once('timeout', () => end(undefined));
    socket.once('error', () => end(undefined));
  });
}

/** Node hands the code on as it is, whatever its typings say, or within an error. */
function judge(fault: unknown): ShownCertificate['verdict'] {
  const { code } =
    typeof fault === 'object' && fault !== null ? (fault as { code?: unknown }) : { code: fault };
  if (code === 'CERT_HAS_EXPIRED') return 'expired';
  if (code === 'CERT_NOT_YET_VALID') return 'not-yet-valid';
  return code === 'ERR_TLS_CERT_ALTNAME_INVALID' ? 'other-name' : 'untrusted';
}
