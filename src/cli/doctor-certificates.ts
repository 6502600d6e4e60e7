import type { Services } from '../compose.ts';
import { lookAtCertificate, type ShownCertificate } from '../ops/look-at-certificate.ts';
import type { Finding } from './doctor-finding.ts';

const dayMs = 86_400_000;
/** What renews certificates by itself has done so by then. */
const ownWarningDays = 14;

/** The certificates of the platforms, without which nothing is sent, and our own, without which nothing comes in. */
export async function checkCertificates(services: Services): Promise<Finding[]> {
  const { config, zalo, messenger } = services;
  const used = [
    ...(zalo === undefined ? [] : [config.zaloApiUrl, config.zaloOauthUrl]),
    ...(messenger === undefined ? [] : [config.messengerGraphUrl]),
  ];
  const platforms = [...new Set(used.map((url) => new URL(url).origin))].filter(isHttps);
  const found = await Promise.all([
    ...platforms.map((origin) => examinePlatform(origin, services)),
    examineOwn(services),
  ]);
  return found.flat();
}

const isHttps = (url: string): boolean => url.startsWith('https://');
const dayOf = (instant: Date): string => instant.toISOString().slice(0, 10);

async function examinePlatform(origin: string, { t }: Services): Promise<Finding[]> {
  const shown = await lookAtCertificate(origin);
  // That a platform cannot be reached is said by what asks it.
  if (shown === undefined) return [];
  const { verdict, validFrom, validTo } = shown;
  const { host } = new URL(origin);
  return [
    {
      level: verdict === 'good' ? 'ok' : 'error',
      text: t('vi', `doctor:certificate_${verdict.replaceAll('-', '_')}`, {
        ...{ host, from: dayOf(validFrom), to: dayOf(validTo) },
      }),
    },
  ];
}

async function examineOwn({ config, clock, t }: Services): Promise<Finding[]> {
  const { publicUrl } = config;
  if (publicUrl === undefined || !isHttps(publicUrl)) return [];
  const shown = await lookAtCertificate(publicUrl);
  // Many networks do not let a machine call its own public address; then nothing is known.
  if (shown === undefined) return [];
  return [ownFinding(shown, clock.now(), publicUrl, t)];
}

function ownFinding(
  { verdict, validTo }: ShownCertificate,
  now: Date,
  url: string,
  t: Services['t'],
): Finding {
  const days = Math.floor((validTo.getTime() - now.getTime()) / dayMs);
  const { host } = new URL(url);
  if (verdict !== 'good') {
    return { level: 'error', text: t('vi', 'doctor:own_certificate_bad', { host, to: dayOf(validTo) }) };
  }
  if (days < ownWarningDays) {
    return { level: 'warning', text: t('vi', 'doctor:own_certificate_ends', { host, days }) };
  }
  return { level: 'ok', text: t('vi', 'doctor:own_certificate', { host, to: dayOf(validTo) }) };
}
