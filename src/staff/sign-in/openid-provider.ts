import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  discovery,
  fetchUserInfo,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  type Configuration,
} from 'openid-client';
import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import type { IdentityProvider } from '../services.ts';

export interface OpenIdOptions {
  /** The provider's address, as its discovery document names it. */
  issuer: string;
  clientId: string;
  clientSecret: string | undefined;
  /** As the button names it. */
  label: string;
  /** Where the browser comes back to; registered with the provider. */
  redirectUrl: string;
}

/** What is kept in the browser, sealed, until it comes back. */
const pending = z.object({ state: z.string(), nonce: z.string(), verifier: z.string() });

const timeoutSeconds = 10;

/** Sign-in by OpenID Connect: authorization code with PKCE, state and nonce. */
export function createOpenIdProvider(options: OpenIdOptions): IdentityProvider {
  const { issuer, clientId, clientSecret, label, redirectUrl } = options;
  let known: Promise<Configuration> | undefined;

  /** What the provider says of itself; asked for when it is needed first, and again after a failure. */
  function configuration(): Promise<Configuration> {
    known ??= discovery(new URL(issuer), clientId, clientSecret, undefined, {
      timeout: timeoutSeconds,
      // A provider on the same machine, for a trial, may do without TLS; no other may.
      execute: isLocal(issuer) ? [allowInsecureRequests] : [],
    }).catch((cause: unknown) => {
      known = undefined;
      throw new AppError(
        'platform-unreachable',
        'The identity provider does not answer; check STAFF_OIDC_ISSUER and the network.',
        { cause, retryable: true },
      );
    });
    return known;
  }

  return {
    label,
    async begin() {
      const config = await configuration();
      const keep = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
      const url = buildAuthorizationUrl(config, {
        redirect_uri: redirectUrl,
        scope: 'openid email',
        state: keep.state,
        nonce: keep.nonce,
        code_challenge: await calculatePKCECodeChallenge(keep.verifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, state: JSON.stringify(keep) };
    },
    async finish(state, query) {
      const config = await configuration();
      const { nonce, verifier, state: expectedState } = pending.parse(JSON.parse(state));
      const url = new URL(redirectUrl);
      url.search = query.toString();
      try {
        const tokens = await authorizationCodeGrant(config, url, {
          ...{ pkceCodeVerifier: verifier, expectedNonce: nonce, expectedState, idTokenExpected: true },
        });
        const claims = tokens.claims();
        if (claims === undefined) throw new Error('no identity token');
        const person =
          claims.email === undefined ? await fetchUserInfo(config, tokens.access_token, claims.sub) : claims;
        const isVerified = person.email_verified === true && typeof person.email === 'string';
        return {
          issuer: claims.iss,
          subject: claims.sub,
          email: isVerified ? String(person.email).toLowerCase() : undefined,
        };
      } catch (cause) {
        throw new AppError(
          'invalid-input',
          'The identity provider did not confirm who this is; sign in again.',
          {
            cause,
          },
        );
      }
    },
  };
}

function isLocal(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
}
