import { createHash, randomBytes } from 'node:crypto';

/** What a consent request needs; `state` and `codeVerifier` are kept until the callback comes. */
export interface ConsentRequest {
  /** https://oauth.zaloapp.com */
  oauthUrl: string;
  appId: string;
  /** Must be the callback URL that the app's console shows. */
  redirectUri: string;
  state: string;
  codeVerifier: string;
}

/** A fresh PKCE verifier: 43 characters. */
export function createCodeVerifier(): string {
  return randomBytes(32).toString('base64url');
}

/** The page on which an admin of the OA lets the app send for it. */
export function buildConsentUrl(request: ConsentRequest): string {
  const url = new URL('/v4/oa/permission', request.oauthUrl);
  url.search = new URLSearchParams({
    app_id: request.appId,
    redirect_uri: request.redirectUri,
    code_challenge: challengeOf(request.codeVerifier),
    state: request.state,
  }).toString();
  return url.href;
}

/** Base64url without padding of the SHA-256 of the verifier. */
export function challengeOf(codeVerifier: string): string {
  return createHash('sha256').update(codeVerifier).digest('base64url');
}
