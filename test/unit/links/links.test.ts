import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import fc from 'fast-check';
import { createLinkSigner } from '../../../src/links/link-signer.ts';
import { OpenCounter, type HourOfOpens } from '../../../src/links/open-counter.ts';
import { createLinkRoutes } from '../../../src/links/routes.ts';

const key = Buffer.alloc(32, 3);
const hosts = ['dichvucong.gov.vn'];
const signer = createLinkSigner(key, hosts);
const target = { unitId: 'hang-gon', url: 'https://dichvucong.gov.vn/p/home?ma=1.000656' };
const parts = (path: string | undefined) => (path ?? '').split('/').slice(2) as [string, string];

describe('counted links', () => {
  it('come back as the target that they were made for', () => {
    expect(signer.read(...parts(signer.sign(target)))).toEqual(target);
  });

  it.each([
    'https://evil.example/',
    'http://dichvucong.gov.vn/',
    'https://dichvucong.gov.vn.evil.example/',
    'https://dichvucong.gov.vn@evil.example/',
    `https://user${':'}pass@dichvucong.gov.vn/`,
    'https://dichvucong.gov.vn:8443/',
    '//evil.example',
    'javascript:alert(1)',
    'data:text/html,x',
    '/l/hang-gon/x',
    '',
  ])('are not made for %j', (url) => {
    expect(signer.sign({ unitId: 'hang-gon', url })).toBeUndefined();
  });

  it('lead nowhere when they were not made by us, or changed, or moved to another unit', () => {
    const [unitId, token] = parts(signer.sign(target));
    const [encoded = '', signature = ''] = token.split('.');
    const other = Buffer.from('https://evil.example/').toString('base64url');
    const made = createLinkSigner(Buffer.alloc(32, 4), hosts).sign(target);
    for (const wrong of [
      [unitId, `${other}.${signature}`],
      [unitId, encoded],
      [unitId, `${encoded}.`],
      [unitId, `${encoded}.${signature}x`],
      [unitId, `${encoded}.${signature}.${signature}`],
      [unitId, `${encoded}.${signature.slice(0, -1)}${signature.endsWith('A') ? 'B' : 'A'}`],
      ['other', token],
      parts(made),
      [unitId, ''],
    ] as [string, string][]) {
      expect([wrong, signer.read(...wrong)]).toEqual([wrong, undefined]);
    }
  });

  it('lead nowhere with any character changed, added or left out', () => {
    const path = signer.sign(target) ?? '';
    const odd = fc.constantFrom(...'AZaz09-_.!+=~ \n\u00e9');
    fc.assert(
      fc.property(fc.nat(), odd, fc.constantFrom(0, 1), fc.boolean(), (place, char, removed, leftOut) => {
        const at = '/l/'.length + (place % (path.length - '/l/'.length));
        const changed = path.slice(0, at) + (leftOut ? '' : char) + path.slice(at + (leftOut ? 1 : removed));
        const [unitId, token = ''] = parts(changed);
        if (changed !== path) expect([changed, signer.read(unitId, token)]).toEqual([changed, undefined]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('lead nowhere once their host may not be given any more', () => {
    const path = parts(signer.sign(target));
    expect(createLinkSigner(key, ['moi.gov.vn']).read(...path)).toBeUndefined();
  });
});

describe('the counter', () => {
  it('adds up by hour, keeps what cannot be stored, and says nothing of who or when exactly', async () => {
    const stored: HourOfOpens[][] = [];
    let fails = true;
    const counter = new OpenCounter(async (opens) => {
      if (fails) throw new Error('full');
      stored.push([...opens]);
    });
    counter.count(target, new Date('2026-10-20T03:05:07Z'));
    counter.count(target, new Date('2026-10-20T03:59:59Z'));
    await expect(counter.flush()).rejects.toThrow('full');
    counter.count(target, new Date('2026-10-20T03:10:00Z'));
    counter.count(target, new Date('2026-10-20T04:00:00Z'));
    fails = false;
    await counter.flush();
    await counter.flush();
    expect(stored).toEqual([
      [
        { ...target, opens: 3, at: '2026-10-20T03:00:00.000Z' },
        { ...target, opens: 1, at: '2026-10-20T04:00:00.000Z' },
      ],
    ]);
  });
});

describe('GET /l/…', () => {
  const closing: (() => void)[] = [];
  afterEach(() => closing.splice(0).forEach((close) => close()));

  async function start(allowed = true): Promise<{ url: string; opened: string[] }> {
    const opened: string[] = [];
    const app = express();
    app.use(
      createLinkRoutes({
        signer,
        count: ({ url }) => opened.push(url),
        allow: async () => allowed,
        goneText: 'Liên kết này không còn dùng được.',
      }),
    );
    const server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(() => server.close());
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, opened };
  }
  const phone = { 'user-agent': 'Mozilla/5.0 (Linux; Android 9) AppleWebKit/537.36 Mobile Safari/537.36' };

  it('leads to the page and counts a person, not a machine', async () => {
    const { url, opened } = await start();
    const path = `${url}${signer.sign(target)}`;
    const visit = (init: RequestInit) => fetch(path, { redirect: 'manual', ...init });
    const person = await visit({ headers: phone });
    expect([person.status, person.headers.get('location')]).toEqual([302, target.url]);
    expect(person.headers.get('cache-control')).toBe('no-store');
    expect(opened).toEqual([target.url]);
    const machines: RequestInit[] = [
      { headers: { 'user-agent': 'facebookexternalhit/1.1' } },
      { headers: { 'user-agent': 'Googlebot/2.1' } },
      { headers: { 'user-agent': '' } },
      { headers: { ...phone, 'sec-purpose': 'prefetch' } },
      { headers: phone, method: 'HEAD' },
    ];
    for (const machine of machines) expect((await visit(machine)).status).toBe(302);
    expect(opened).toHaveLength(1);
  });

  it('counts no more than the limit, and still leads on', async () => {
    const { url, opened } = await start(false);
    const answer = await fetch(`${url}${signer.sign(target)}`, { redirect: 'manual', headers: phone });
    expect([answer.status, opened]).toEqual([302, []]);
  });

  it('is no open redirect', async () => {
    const { url, opened } = await start();
    const other = Buffer.from('https://evil.example/').toString('base64url');
    for (const path of [
      `/l/hang-gon/${other}.aaaaaaaaaaaaaaaaaaaaaa`,
      '/l/hang-gon/x',
      '/l/hang-gon/%2e%2e',
      `/l/hang-gon/${'A'.repeat(5_000)}.x`,
    ]) {
      const answer = await fetch(`${url}${path}`, { redirect: 'manual', headers: phone });
      expect([path.slice(0, 20), answer.status, answer.headers.get('location')]).toEqual([
        path.slice(0, 20),
        404,
        null,
      ]);
    }
    expect(opened).toEqual([]);
  });
});
