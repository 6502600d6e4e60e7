import type { Router } from 'express';
import type { Config } from './config.ts';
import { catalogueCode, type CatalogueLibrary } from './content/catalogue/catalogue-library.ts';
import type { Library } from './content/library.ts';
import type { Translator } from './content/translator.ts';
import type { Clock, Logger, RateLimiter, SecretBox } from './core/ports.ts';
import type { ReportDesk } from './reports/report-desk.ts';
import type { DeriveKey } from './ops/secret-key.ts';
import { createSecretBox } from './privacy/secret-box.ts';
import { provideFirstAdmin } from './staff/first-admin.ts';
import { staffRoutes } from './staff/routes.ts';
import { soFar } from './staff/overview/so-far.ts';
import type {
  IdentityProvider,
  StaffDesks,
  StaffServices,
  StaffStorage,
  StaffStores,
  UnitStores,
} from './staff/services.ts';
import { createUnitMembers } from './staff/settings/unit-members.ts';
import { inviteForOperator } from './staff/sign-in/invite-for-operator.ts';
import { createOpenIdProvider } from './staff/sign-in/openid-provider.ts';
import { passwordHasher } from './staff/sign-in/password-hasher.ts';
import { createStaffConsole } from './staff/staff-console.ts';
import { createStaffText, type StaffText } from './staff/staff-text.ts';
import type { OfficerDesk } from './staff/takeover/officer-desk.ts';
import { createPreparedAnswers } from './staff/takeover/prepared-answers.ts';
import type { RedisClient } from './storage/redis/client.ts';
import { createRedisStaffSessionStore } from './storage/redis/staff-session-store.ts';
import { createConsentStore } from './storage/sql/consent-store.ts';
import { createConversationLog } from './storage/sql/conversation-log.ts';
import { createSqlLeases } from './storage/sql/leases.ts';
import { createTokenVault } from './storage/sql/token-vault.ts';
import { createOutreachStore } from './storage/sql/outreach-store.ts';
import { createOverviewReader } from './storage/sql/overview-reader.ts';
import { createAuditStore } from './storage/sql/audit-store.ts';
import type { Database, Queryable } from './storage/sql/database.ts';
import { createSettingStore } from './storage/sql/setting-store.ts';
import { createSqlStaffSessionStore } from './storage/sql/staff-session-store.ts';
import { createStaffUserStore } from './storage/sql/staff-user-store.ts';
import { createUncountedCitizens } from './storage/sql/uncounted-citizens.ts';
import { createUnitHandovers } from './storage/sql/unit-handovers.ts';

/** What the console is built from; the rest of the house gives it what it already has. */
export interface StaffParts {
  config: Pick<Config, 'publicUrl' | 'staffAdminPassword' | 'staffOidc'>;
  logger: Logger;
  clock: Clock;
  t: Translator;
  database: Database;
  redis: RedisClient | undefined;
  deriveKey: DeriveKey;
  library(): Library;
  catalogue(): CatalogueLibrary;
  channels: readonly string[];
  desks: StaffDesks;
  desk: OfficerDesk;
  reports: ReportDesk;
  invitations: StaffServices['invitations'];
  quotasOf: StaffServices['quotasOf'];
  limiter(name: string, points: number, durationSeconds: number): RateLimiter;
}

export interface StaffRoom {
  router: Router;
  /** Makes sure that an admin can get in; the path of a one-time link when there is no other way. */
  provideFirstAdmin(): Promise<string | undefined>;
  /** The path of a one-time link for an account whose owner cannot get in. Throws AppError `not-found`. */
  inviteForOperator(username: string): Promise<string>;
  /** Counts what is over of each unit's period, so that no page has to wait for it. */
  countOverviews(): Promise<void>;
  /** Deletes sessions and invitations whose time is over. */
  purgeExpired(): Promise<void>;
}

const attemptSeconds = 15 * 60;
const attemptsPerAddress = 300;
/** In points: see `failurePoints`. */
const attemptsPerAccount = 30;
/** For one account from all addresses together: addresses can be made up, accounts cannot. */
const attemptsAnywhere = 200;

/** Builds the staff console. */
export function composeStaff(parts: StaffParts): StaffRoom {
  const { config, clock, logger, database, redis, deriveKey } = parts;
  const storage = createStaffStorage(database, {
    channels: parts.channels,
    tokenBox: createSecretBox(deriveKey('token')),
  });
  const sqlSessions = createSqlStaffSessionStore(database, clock);
  const t = createStaffText(parts.t);
  const router = createStaffConsole(
    {
      t,
      clock,
      logger,
      library: () => parts.library(),
      topicName: (topic) => nameTopic(topic, parts, t),
      channels: parts.channels,
      storage,
      desks: parts.desks,
      reports: parts.reports,
      passwords: passwordHasher,
      secrets: createSecretBox(deriveKey('staff-secret')),
      attempts: {
        address: parts.limiter('staff-address', attemptsPerAddress, attemptSeconds),
        account: parts.limiter('staff-account', attemptsPerAccount, attemptSeconds),
        anywhere: parts.limiter('staff-account-anywhere', attemptsAnywhere, attemptSeconds),
      },
      desk: parts.desk,
      invitations: parts.invitations,
      quotasOf: parts.quotasOf,
      ...createPreparedAnswers(parts),
      provider: createProvider(config),
      publicUrl: config.publicUrl,
      sessions: redis === undefined ? sqlSessions : createRedisStaffSessionStore(redis),
      formKey: deriveKey('staff-form'),
    },
    staffRoutes,
  );
  return {
    router,
    provideFirstAdmin: () =>
      provideFirstAdmin({
        storage,
        passwords: passwordHasher,
        password: config.staffAdminPassword,
        now: clock.now(),
      }),
    inviteForOperator: (username) => inviteForOperator(storage, username, clock.now()),
    async countOverviews() {
      for (const unit of parts.library().units.values()) {
        await storage.unit(unit.id).overview.readSpan(soFar(unit, clock.now()).interval);
      }
    },
    async purgeExpired() {
      await sqlSessions.purgeExpired();
      await storage.staff.users.purgeInvitations(clock.now().toISOString());
    },
  };
}

/** As people call it; what is no topic of the content (a greeting, a wish for an officer) is named by the review pages. */
function nameTopic(topic: string, parts: Pick<StaffParts, 'library' | 'catalogue'>, t: StaffText): string {
  const code = catalogueCode(topic);
  const name =
    code === undefined
      ? parts.library().topics.get(topic)?.name.short.vi
      : parts.catalogue().read(code)?.name;
  if (name !== undefined) return name.charAt(0).toLocaleUpperCase('vi') + name.slice(1);
  const key = `staff-review:expected.${topic}`;
  return t.has(key) ? t(key) : topic;
}

/** Stores over all units; a new one is a line here and in `StaffStores`. */
function createStaffStores(queryable: Queryable): StaffStores {
  return {
    users: createStaffUserStore(queryable),
    settings: createSettingStore(queryable),
    audit: createAuditStore(queryable),
  };
}

/** Stores of one unit; a new one is a line here and in `UnitStores`. */
function createUnitStores(queryable: Queryable, unitId: string, tools: StoreTools): UnitStores {
  const audit = createAuditStore(queryable);
  const uncounted = createUncountedCitizens(queryable);
  return {
    log: createConversationLog(queryable, unitId),
    overview: createOverviewReader(queryable, unitId),
    consents: { listVersions: () => createConsentStore(queryable).listVersions(unitId) },
    uncounted: {
      list: () => uncounted.list(unitId),
      mark: (entry) => uncounted.mark({ ...entry, unitId }),
      unmark: (citizen) => uncounted.unmark(unitId, citizen),
    },
    tokens: { list: () => listTokens(queryable, unitId, tools) },
    handovers: createUnitHandovers(queryable, unitId),
    outreach: createOutreachStore(queryable, unitId),
    members: createUnitMembers(createStaffUserStore(queryable), unitId),
    audit: { list: (query) => audit.list({ ...query, unitId }) },
  };
}

function createProvider({ staffOidc, publicUrl }: StaffParts['config']): IdentityProvider | undefined {
  if (staffOidc === undefined || publicUrl === undefined) return undefined;
  return createOpenIdProvider({ ...staffOidc, redirectUrl: `${publicUrl}/staff/-/sign-in/callback` });
}

/** What stores need beside the database. */
interface StoreTools {
  channels: readonly string[];
  /** Opens the tokens of channels. */
  tokenBox: SecretBox;
}

async function listTokens(
  queryable: Queryable,
  unitId: string,
  { channels, tokenBox }: StoreTools,
): Promise<{ channel: string; expiresAt: string }[]> {
  const found: { channel: string; expiresAt: string }[] = [];
  for (const channel of channels) {
    const vault = createTokenVault(queryable, createSqlLeases(queryable), tokenBox, channel);
    const pair = await vault.read(unitId);
    if (pair !== undefined) found.push({ channel, expiresAt: pair.expiresAt });
  }
  return found;
}

function createStaffStorage(database: Database, tools: StoreTools): StaffStorage {
  const storesOn = (queryable: Queryable) => ({
    staff: createStaffStores(queryable),
    unit: (unitId: string) => createUnitStores(queryable, unitId, tools),
  });
  return {
    ...storesOn(database),
    transaction: (work) =>
      database.transaction((tx) =>
        work({ ...storesOn(tx), append: (record) => createAuditStore(tx).append(record) }),
      ),
  };
}
