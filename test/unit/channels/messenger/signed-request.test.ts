import { describe, expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { readSignedRequest } from '../../../../src/channels/messenger/signed-request.ts';

function sign(content: object | string, secret = 'app-secret'): string {
  const encoded = Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)).toString(
    'base64url',
  );
  return `${createHmac('sha256', secret).update(encoded).digest('base64url')}.${encoded}`;
}

const content = { algorithm: 'HMAC-SHA256', user_id: '218471', issued_at: 1763712000, expires: 1763715600 };

describe('readSignedRequest', () => {
  it('reads who asks and when', () => {
    expect(readSignedRequest(sign(content), ['other', 'app-secret'])).toEqual({
      userId: '218471',
      issuedAt: '2025-11-21T08:00:00.000Z',
    });
  });

  it('accepts padding, and a user id as a number beyond 2^53', () => {
    expect(
      readSignedRequest(sign({ ...content, user_id: '2' }).replace('.', '=.'), ['app-secret'])?.userId,
    ).toBe('2');
    const raw = '{"algorithm":"HMAC-SHA256","user_id":9007199254740993}';
    expect(readSignedRequest(sign(raw), ['app-secret'])).toEqual({
      userId: '9007199254740993',
      issuedAt: undefined,
    });
  });

  it.each([
    ['another secret', sign(content, 'wrong')],
    ['another algorithm', sign({ ...content, algorithm: 'none' })],
    ['no algorithm', sign({ user_id: '1' })],
    ['no user', sign({ algorithm: 'HMAC-SHA256' })],
    ['no JSON', sign('x')],
    ['no signature', `.${sign(content).split('.')[1] ?? ''}`],
    ['nothing', ''],
    ['three parts', `${sign(content)}.x`],
  ])('refuses %s', (_name, request) => {
    expect(readSignedRequest(request, ['app-secret'])).toBeUndefined();
  });

  it('refuses changed content under an old signature', () => {
    const [signature = ''] = sign(content).split('.');
    const [, encoded = ''] = sign({ ...content, user_id: '1' }).split('.');
    expect(readSignedRequest(`${signature}.${encoded}`, ['app-secret'])).toBeUndefined();
  });
});
