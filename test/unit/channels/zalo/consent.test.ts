import { describe, expect, it } from '@jest/globals';
import { buildConsentUrl, challengeOf, createCodeVerifier } from '../../../../src/channels/zalo/consent.ts';

describe('consent', () => {
  it('makes the challenge of RFC 7636, appendix B', () => {
    expect(challengeOf('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).toBe(
      'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    );
  });

  it('makes a fresh verifier of 43 characters each time', () => {
    const verifiers = new Set(Array.from({ length: 20 }, createCodeVerifier));
    expect(verifiers.size).toBe(20);
    for (const verifier of verifiers) expect(verifier).toMatch(/^[\w-]{43}$/);
  });

  it('asks for consent with the challenge, never with the verifier', () => {
    const url = new URL(
      buildConsentUrl({
        oauthUrl: 'https://oauth.zaloapp.com',
        appId: '4111',
        redirectUri: 'https://phuong.example/zalo/callback?a=1',
        state: 'trạng thái',
        codeVerifier: 'v'.repeat(43),
      }),
    );
    expect(url.origin + url.pathname).toBe('https://oauth.zaloapp.com/v4/oa/permission');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      app_id: '4111',
      redirect_uri: 'https://phuong.example/zalo/callback?a=1',
      code_challenge: challengeOf('v'.repeat(43)),
      state: 'trạng thái',
    });
  });
});
