import { isConfirmed } from '../content/local-fact.ts';
import type { Unit } from '../content/library.ts';
import type { Services } from '../compose.ts';
import type { OperationResult } from '../control/operation.ts';
import { errorMessage } from '../core/errors.ts';
import type { Finding } from './doctor-finding.ts';
import { checkSurroundings } from './doctor-surroundings.ts';

const lagWarningSeconds = 60;
const clockDriftWarningMs = 5_000;

/** Checks the deployment part by part and says what to do; exit 1 when something is broken. */
export async function examine(services: Services): Promise<OperationResult> {
  const findings = [
    ...checkConfiguration(services),
    ...(await checkDatabase(services)),
    ...(await checkSurroundings(services)),
    ...(await checkQueues(services)),
    ...(await checkPlatforms(services)),
    ...[...services.library().units.values()].flatMap((unit) => checkUnit(unit, services)),
  ];
  const marks = { ok: '✓', warning: '!', error: '✗' } as const;
  return {
    text: findings.map(({ level, text }) => `${marks[level]} ${text}\n`).join(''),
    exitCode: findings.some(({ level }) => level === 'error') ? 1 : 0,
  };
}

function checkConfiguration({ config, t }: Services): Finding[] {
  const { publicUrl, trustedProxies } = config;
  const isProxied = publicUrl?.startsWith('https://') === true;
  return [
    publicUrl === undefined
      ? { level: 'warning', text: t('vi', 'doctor:public_url_missing') }
      : publicUrl.startsWith('https://')
        ? { level: 'ok', text: t('vi', 'doctor:public_url', { url: publicUrl }) }
        : { level: 'error', text: t('vi', 'doctor:public_url_plain', { url: publicUrl }) },
    ...(isProxied && trustedProxies === 0
      ? [{ level: 'warning', text: t('vi', 'doctor:no_trusted_proxy') } as const]
      : []),
  ];
}

async function checkDatabase({ database, clock, t }: Services): Promise<Finding[]> {
  try {
    const { rows } = await database.query<{ now: Date; volatile: string | null }>(
      `select clock_timestamp() as now,
         (select string_agg(name, ', ' order by name) from pg_settings
          where name in ('fsync', 'full_page_writes', 'synchronous_commit') and setting = 'off') as volatile`,
    );
    const volatile = rows[0]?.volatile ?? null;
    const driftMs = Math.abs((rows[0]?.now.getTime() ?? 0) - clock.now().getTime());
    return [
      { level: 'ok', text: t('vi', `doctor:database_${database.kind}`) },
      ...(volatile === null
        ? []
        : [{ level: 'error' as const, text: t('vi', 'doctor:database_volatile', { settings: volatile }) }]),
      ...(driftMs > clockDriftWarningMs
        ? [
            {
              level: 'warning' as const,
              text: t('vi', 'doctor:clock_drift', { seconds: Math.round(driftMs / 1000) }),
            },
          ]
        : []),
    ];
  } catch (error) {
    return [{ level: 'error', text: t('vi', 'doctor:database_down', { reason: errorMessage(error) }) }];
  }
}

async function checkQueues({ inbound, outbound, t }: Services): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [name, queue] of Object.entries({ inbound, outbound })) {
    const { waiting, parked, oldestSeconds } = await queue.state();
    const lagging = oldestSeconds > lagWarningSeconds;
    findings.push({
      level: lagging ? 'warning' : 'ok',
      text: t('vi', lagging ? 'doctor:queue_lag' : 'doctor:queue', {
        name,
        waiting,
        seconds: Math.round(oldestSeconds),
      }),
    });
    if (parked > 0) findings.push({ level: 'warning', text: t('vi', 'doctor:parked', { name, parked }) });
  }
  return findings;
}

async function checkPlatforms(services: Services): Promise<Finding[]> {
  const { zalo, messenger, t } = services;
  const findings: Finding[] = [];
  for (const unit of services.library().units.values()) {
    if (zalo !== undefined && unit.channels?.zalo !== undefined) {
      findings.push(
        await attempt(
          async () => {
            const { oaId, name = '' } = await zalo.readAccount(unit.id);
            const expected = unit.channels?.zalo?.oa_id ?? '';
            if (oaId !== expected) throw new Error(t('vi', 'doctor:zalo_other', { oaId, expected }));
            return t('vi', 'doctor:zalo', { unit: unit.id, name });
          },
          (reason) => t('vi', 'doctor:zalo_down', { unit: unit.id, reason }),
        ),
      );
    }
    if (messenger !== undefined && unit.channels?.messenger !== undefined) {
      findings.push(
        await attempt(
          async () => {
            const missing = await messenger.findMissingFields(unit.id);
            if (missing.length > 0)
              throw new Error(t('vi', 'doctor:fields_missing', { fields: missing.join(', ') }));
            return t('vi', 'doctor:messenger', { unit: unit.id });
          },
          (reason) => t('vi', 'doctor:messenger_down', { unit: unit.id, reason }),
        ),
      );
    }
  }
  return findings;
}

async function attempt(look: () => Promise<string>, describe: (reason: string) => string): Promise<Finding> {
  try {
    return { level: 'ok', text: await look() };
  } catch (error) {
    return { level: 'error', text: describe(errorMessage(error)) };
  }
}

/** What the unit must confirm before it goes live: until then citizens are not told. */
function checkUnit(unit: Unit, { t }: Services): Finding[] {
  const facts: [string, boolean][] = [
    ['address', unit.address !== undefined && isConfirmed(unit.address)],
    ['hours', unit.hours !== undefined && isConfirmed(unit.hours)],
    ...(unit.contacts ?? []).map((contact): [string, boolean] => [
      `contacts: ${contact.name.vi}`,
      isConfirmed(contact),
    ]),
    ...Object.entries(unit.local_fees ?? {}).map(([topic, fee]): [string, boolean] => [
      `local_fees: ${topic}`,
      isConfirmed(fee),
    ]),
    ...(unit.tracking ?? []).map((way, index): [string, boolean] => [
      `tracking: ${index + 1}`,
      isConfirmed(way),
    ]),
  ];
  const open = facts.filter(([, confirmed]) => !confirmed).map(([name]) => name);
  return [
    open.length === 0
      ? { level: 'ok', text: t('vi', 'doctor:unit_confirmed', { unit: unit.id }) }
      : {
          level: 'warning',
          text: t('vi', 'doctor:unit_unconfirmed', { unit: unit.id, facts: open.join('; ') }),
        },
  ];
}
