import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ChannelAlarm } from '../../../../src/channels/shared/alarm.ts';
import { createZaloTokens } from '../../../../src/channels/zalo/token.ts';
import type { FakePlatform } from '../../../fakes/platform.ts';
import { startFakePlatform } from '../../../fakes/platform.ts';
import { findClosedUrl } from '../find-closed-url.ts';
import type { MemoryTokenVault } from './memory-token-vault.ts';
import { createMemoryTokenVault } from './memory-token-vault.ts';
import { zaloUnit as unit } from '../../../fixtures/zalo-unit.ts';

const hourMs = 3_600_000;

let platform: FakePlatform;
let vault: MemoryTokenVault;
let alarms: ChannelAlarm[];
let now: Date;

/** One process: its own memory, the shared vault. */
const startProcess = (oauthUrl = platform.url) =>
  createZaloTokens({
    oauthUrl,
    vault,
    clock: { now: () => now },
    raiseAlarm: (alarm) => alarms.push(alarm),
    timeoutMs: 500,
  });
const refreshes = () => platform.calls().filter((call) => call.name === 'zalo-token:refresh_token').length;
const pass = (ms: number): void => {
  now = new Date(now.getTime() + ms);
};

beforeEach(async () => {
  platform = await startFakePlatform();
  platform.control({
    oas: [{ oaId: unit.oaId, appId: unit.appId, appSecret: 'app-secret', refreshToken: 'seed' }],
  });
  vault = createMemoryTokenVault();
  alarms = [];
  now = new Date('2026-11-22T02:00:00.000Z');
});

afterEach(() => platform.stop());

describe('createZaloTokens', () => {
  it('fetches the first pair with the seed, stores it, and asks no more', async () => {
    const tokens = startProcess();
    const token = await tokens.accessToken(unit);
    expect(await tokens.accessToken(unit)).toBe(token);
    expect(refreshes()).toBe(1);
    expect(vault.pairs.get('hang-gon')).toEqual({
      accessToken: token,
      refreshToken: expect.stringMatching(/^refresh-/),
      obtainedAt: '2026-11-22T02:00:00.000Z',
      expiresAt: '2026-11-23T03:00:00.000Z',
    });
  });

  it('spends a single-use refresh token once, however many callers and processes ask at once', async () => {
    const processes = [startProcess(), startProcess(), startProcess()];
    const asked = await Promise.all(
      processes.flatMap((tokens) => [
        tokens.accessToken(unit),
        tokens.accessToken(unit),
        tokens.accessToken(unit),
      ]),
    );
    expect(new Set(asked).size).toBe(1);
    expect(refreshes()).toBe(1);
    expect(alarms).toEqual([]);
  });

  it('uses the stored pair rather than the seed after a restart', async () => {
    const token = await startProcess().accessToken(unit);
    expect(await startProcess().accessToken(unit)).toBe(token);
    pass(26 * hourMs);
    expect(await startProcess().accessToken(unit)).not.toBe(token);
    expect(alarms).toEqual([]);
  });

  it('renews when four fifths of the life are over, not before', async () => {
    const tokens = startProcess();
    const first = await tokens.accessToken(unit);
    pass(19.9 * hourMs);
    expect(await tokens.accessToken(unit)).toBe(first);
    pass(0.2 * hourMs);
    expect(await tokens.accessToken(unit)).not.toBe(first);
    expect(refreshes()).toBe(2);
  });

  it('replaces a rejected token, and takes what another process has fetched meanwhile', async () => {
    const [one, two] = [startProcess(), startProcess()];
    const first = await one.accessToken(unit);
    await two.accessToken(unit);
    const second = await one.accessToken(unit, first);
    expect(second).not.toBe(first);
    expect(await two.accessToken(unit, first)).toBe(second);
    expect(refreshes()).toBe(2);
  });

  it('keeps a pair that could not be stored and stores it before using it', async () => {
    const tokens = startProcess();
    vault.failingWrites = 2;
    await expect(tokens.accessToken(unit)).rejects.toThrow('disk full');
    expect(vault.pairs.size).toBe(0);
    await expect(tokens.accessToken(unit)).rejects.toThrow('disk full');
    const token = await tokens.accessToken(unit);
    expect(vault.pairs.get('hang-gon')?.accessToken).toBe(token);
    expect(refreshes()).toBe(1);
  });

  it.each([
    ['rate limit', { on: 'zalo-token', kind: 'error', code: -32 } as const],
    ['server error', { on: 'zalo-token', kind: 'status', status: 502 } as const],
    ['broken connection', { on: 'zalo-token', kind: 'reset' } as const],
    ['silence', { on: 'zalo-token', kind: 'hang' } as const],
  ])('takes a %s for trouble that passes', async (_name, fault) => {
    const tokens = startProcess();
    platform.control({ fault });
    await expect(tokens.accessToken(unit)).rejects.toMatchObject({
      code: 'platform-unreachable',
      retryable: true,
    });
    expect(alarms).toEqual([]);
    expect(await tokens.accessToken(unit)).toMatch(/^access-/);
  });

  it('goes on with a living token while renewal fails, and does not ask again for a minute', async () => {
    const tokens = startProcess();
    const first = await tokens.accessToken(unit);
    pass(21 * hourMs);
    platform.control({ fault: { on: 'zalo-token', kind: 'status', times: 2 } });
    expect(await tokens.accessToken(unit)).toBe(first);
    expect(await tokens.accessToken(unit)).toBe(first);
    pass(61_000);
    expect(await tokens.accessToken(unit)).toBe(first);
    pass(61_000);
    expect(await tokens.accessToken(unit)).not.toBe(first);
  });

  it('takes any other refusal as final: one alarm, no more asking', async () => {
    platform.control({ revokeGrants: true });
    const tokens = startProcess();
    await expect(tokens.accessToken(unit)).rejects.toMatchObject({
      code: 'platform-refused',
      retryable: false,
    });
    await expect(tokens.accessToken(unit)).rejects.toMatchObject({ code: 'platform-refused' });
    expect(refreshes()).toBe(1);
    expect(alarms).toEqual([
      {
        channel: 'zalo',
        unitId: 'hang-gon',
        code: 'token:-14014',
        advice: expect.stringContaining('zalo authorize'),
      },
    ]);
    expect(JSON.stringify(alarms)).not.toContain('seed');
  });

  it('falls back to a seed that the operator has set anew', async () => {
    await startProcess().accessToken(unit);
    platform.control({
      revokeGrants: true,
      oas: [{ oaId: unit.oaId, appId: unit.appId, appSecret: 'app-secret', refreshToken: 'new-seed' }],
    });
    pass(26 * hourMs);
    const token = await startProcess().accessToken({ ...unit, refreshToken: 'new-seed' });
    expect(vault.pairs.get('hang-gon')?.accessToken).toBe(token);
  });

  it('warns once when there is neither a stored pair nor a seed', async () => {
    const tokens = startProcess();
    const { refreshToken: _none, ...bare } = unit;
    await expect(tokens.accessToken(bare)).rejects.toMatchObject({ code: 'platform-refused' });
    await expect(tokens.accessToken(bare)).rejects.toMatchObject({ code: 'platform-refused' });
    expect(alarms.map((alarm) => alarm.code)).toEqual(['token:none']);
    expect(refreshes()).toBe(0);
  });

  it('does not count a network that is down against the token', async () => {
    await expect(startProcess(await findClosedUrl()).accessToken(unit)).rejects.toMatchObject({
      retryable: true,
    });
    expect(alarms).toEqual([]);
  });
});

describe('redeemCode', () => {
  const consent = async (challenge: string): Promise<string> => {
    const query = new URLSearchParams({
      app_id: unit.appId,
      redirect_uri: 'https://p.example/cb',
      code_challenge: challenge,
      state: 's',
    });
    const response = await fetch(`${platform.url}/v4/oa/permission?${query.toString()}`, {
      redirect: 'manual',
    });
    const location = new URL(response.headers.get('location') ?? '');
    expect(location.searchParams.get('oa_id')).toBe(unit.oaId);
    return location.searchParams.get('code') ?? '';
  };
  /** RFC 7636, appendix B. */
  const [verifier, challenge] = [
    'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
    'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  ];

  it('exchanges a code for a pair, which then outranks the seed in every process', async () => {
    const server = startProcess();
    const old = await server.accessToken(unit);
    const pair = await startProcess().redeemCode(unit, await consent(challenge), verifier);
    expect(await server.accessToken(unit, old)).toBe(pair.accessToken);
  });

  it('refuses a code that is spent, or that another verifier asked for', async () => {
    const tokens = startProcess();
    const code = await consent(challenge);
    await tokens.redeemCode(unit, code, verifier);
    await expect(tokens.redeemCode(unit, code, verifier)).rejects.toMatchObject({ code: 'platform-refused' });
    await expect(tokens.redeemCode(unit, await consent(challenge), 'x'.repeat(43))).rejects.toMatchObject({
      code: 'platform-refused',
    });
  });
});
