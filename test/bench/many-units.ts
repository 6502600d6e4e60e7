import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ZaloAccount } from '../fakes/deliveries.ts';

export interface ManyUnits {
  /** What a server is started with. */
  environment: NodeJS.ProcessEnv;
  accounts: ZaloAccount[];
  remove: () => Promise<void>;
}

/** Unit files with an OA and an app each, so that no platform's sending rate stands between us and the measure. */
export async function createUnits(count: number): Promise<ManyUnits> {
  const directory = await mkdtemp(join(tmpdir(), 'tthc-units-'));
  const environment: NodeJS.ProcessEnv = { UNITS_DIR: directory };
  const accounts: ZaloAccount[] = [];
  for (let index = 0; index < count; index += 1) {
    const oaId = String(5_100_000_000_000_000_000n + BigInt(index));
    const appId = String(4_200_000_000_000_000_000n + BigInt(index));
    const oaSecretKey = `oa-secret-${index}`;
    accounts.push({ oaId, appId, oaSecretKey });
    environment[`BENCH_APP_${index}`] = `app-secret-${index}`;
    environment[`BENCH_OA_${index}`] = oaSecretKey;
    environment[`BENCH_REFRESH_${index}`] = `first-refresh-${index}`;
    const zalo = {
      oa_id: oaId,
      app_id: appId,
      app_secret_env: `BENCH_APP_${index}`,
      oa_secret_key_env: `BENCH_OA_${index}`,
      refresh_token_env: `BENCH_REFRESH_${index}`,
    };
    const id = `don-vi-${index}`;
    const unit = { id, name: { vi: `Đơn vị ${index}` }, province: 'dong-nai', channels: { zalo } };
    // JSON is YAML too.
    await writeFile(join(directory, `${id}.yaml`), JSON.stringify(unit));
  }
  return { environment, accounts, remove: () => rm(directory, { recursive: true, force: true }) };
}
