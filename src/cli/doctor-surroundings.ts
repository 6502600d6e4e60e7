import { statfs } from 'node:fs/promises';
import type { Services } from '../compose.ts';
import { parserVersion } from '../content/catalogue/import-catalogue.ts';
import { checkCertificates } from './doctor-certificates.ts';
import type { Finding } from './doctor-finding.ts';

const lowDiskBytes = 2e9;
const fullDiskBytes = 2e8;
/** Tokens are renewed about once a day; an older one means that renewing fails. */
const tokenAgeWarningHours = 48;
const clockDriftWarningMs = 30_000;
const networkPatienceMs = 5_000;

/** Disk, Redis, the clock as the platforms see it, certificates, ages of tokens, and the catalogue's parser. */
export async function checkSurroundings(services: Services): Promise<Finding[]> {
  const found = await Promise.all([
    checkDisk(services),
    checkRedis(services),
    checkNetworkClock(services),
    checkCertificates(services),
    checkTokenAges(services),
    checkCatalogue(services),
  ]);
  return found.flat();
}

async function checkDisk({ config, parts, t }: Services): Promise<Finding[]> {
  // A server's disk is not ours to look at: only the database itself knows.
  const hasRoom = await parts['disk']?.().then(
    () => true,
    () => false,
  );
  if (hasRoom === false) return [{ level: 'error', text: t('vi', 'doctor:database_full') }];
  const { bavail, bsize } = await statfs(config.dataDir).catch(() => statfs('.'));
  const free = bavail * bsize;
  const gigabytes = (free / 1e9).toFixed(1);
  if (free < fullDiskBytes) return [{ level: 'error', text: t('vi', 'doctor:disk_full', { gigabytes }) }];
  if (free < lowDiskBytes) return [{ level: 'warning', text: t('vi', 'doctor:disk_low', { gigabytes }) }];
  return [{ level: 'ok', text: t('vi', 'doctor:disk', { gigabytes }) }];
}

async function checkRedis({ config, parts, t }: Services): Promise<Finding[]> {
  if (config.redisUrl === undefined) return [{ level: 'ok', text: t('vi', 'doctor:redis_off') }];
  const works = await parts['redis']?.().then(
    () => true,
    () => false,
  );
  return [
    works === true
      ? { level: 'ok', text: t('vi', 'doctor:redis_on') }
      : { level: 'error', text: t('vi', 'doctor:redis_down') },
  ];
}

/** Signatures do not expire, but windows, tokens and periods do: the clock must be right. */
async function checkNetworkClock({ config, clock, zalo, messenger, t }: Services): Promise<Finding[]> {
  const url =
    zalo !== undefined ? config.zaloApiUrl : messenger !== undefined ? config.messengerGraphUrl : undefined;
  if (url === undefined) return [];
  try {
    const response = await fetch(url, {
      method: 'HEAD',
      redirect: 'manual',
      signal: AbortSignal.timeout(networkPatienceMs),
    });
    const theirs = Date.parse(response.headers.get('date') ?? '');
    const driftMs = Math.abs(theirs - clock.now().getTime());
    if (Number.isNaN(theirs) || driftMs < clockDriftWarningMs) {
      return [{ level: 'ok', text: t('vi', 'doctor:clock') }];
    }
    const seconds = Math.round(driftMs / 1_000);
    return [{ level: 'error', text: t('vi', 'doctor:clock_platform', { seconds }) }];
  } catch {
    return [{ level: 'error', text: t('vi', 'doctor:network_down', { url }) }];
  }
}

async function checkTokenAges({ database, t }: Services): Promise<Finding[]> {
  const { rows } = await database.query<{ key: string; hours: number }>(
    `select key, (extract(epoch from clock_timestamp() - updated_at) / 3600)::double precision as hours from channel_token`,
  );
  return rows
    .filter(({ hours }) => hours > tokenAgeWarningHours)
    .map(({ key, hours }) => ({
      level: 'warning',
      text: t('vi', 'doctor:token_old', { unit: key.split(':')[1] ?? key, hours: Math.round(hours) }),
    }));
}

async function checkCatalogue({ database, t }: Services): Promise<Finding[]> {
  const { rows } = await database.query<{ procedures: number; old: number }>(
    `select count(*)::int as procedures, (count(*) filter (where parser_version <> $1))::int as old
     from catalogue_procedure where removed_on is null`,
    [parserVersion],
  );
  const { procedures = 0, old = 0 } = rows[0] ?? {};
  if (procedures === 0) return [{ level: 'warning', text: t('vi', 'doctor:catalogue_none') }];
  if (old > 0) return [{ level: 'warning', text: t('vi', 'doctor:catalogue_old', { old }) }];
  return [{ level: 'ok', text: t('vi', 'doctor:catalogue', { procedures }) }];
}
