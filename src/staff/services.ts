import type { ConversationLog } from '../core/conversation-log.ts';
import type { ContentDesk } from '../content/editing/content-desk.ts';
import type { Library, Unit } from '../content/library.ts';
import type { UnitQuota } from '../content/unit-quotas.ts';
import type { AuditRecord, AuditStore } from '../core/audit.ts';
import type { OutreachStore } from '../core/outreach.ts';
import type { OverviewReader } from '../core/overview.ts';
import type { Clock, Logger, RateLimiter, SecretBox } from '../core/ports.ts';
import type { PreviewedAnswer } from '../core/preview.ts';
import type { Language } from '../core/session.ts';
import type { StaffSessionStore, StaffUserStore } from '../core/staff.ts';
import type { NamedInvitation } from './outreach/invitation.ts';
import type { UncountedCitizen } from '../core/uncounted.ts';
import type { UnitControlStore } from '../core/unit-control.ts';
import type { ReviewDesk } from '../review/review-desk.ts';
import type { UnitHandovers } from '../core/unit-handovers.ts';
import type { ReportDesk } from '../reports/report-desk.ts';
import type { UnitMembers } from './settings/unit-members.ts';
import type { OfficerDesk, PrepareAnswer } from './takeover/officer-desk.ts';

/** What every handler may use, whatever its scope. A new service is one line here and one in `compose-staff.ts`. */
export interface StaffServices {
  clock: Clock;
  logger: Logger;
  library(): Library;
  /** A topic as people call it; of the catalogue too. */
  topicName: (topic: string) => string;
  /** The channels of the deployment, by name. */
  channels: readonly string[];
  storage: StaffStorage;
  desks: StaffDesks;
  passwords: PasswordHasher;
  /** Seals the secrets of authenticator apps. */
  secrets: SecretBox;
  /** Attempts to sign in from one address, and on one account. */
  attempts: { address: RateLimiter; account: RateLimiter; anywhere: RateLimiter };
  desk: OfficerDesk;
  /** Approved answers that officers put into a reply, and the topics that have some. */
  prepareAnswer: PrepareAnswer;
  listTopics: (unit: Unit) => { id: string; name: string }[];
  /** Ways into a conversation with a unit, with an outreach item's code where a link can carry it. */
  invitations: (unitId: string, code: string) => NamedInvitation[];
  /** What the unit's plan asks for. */
  quotasOf: (unit: Unit) => readonly UnitQuota[];
  provider: IdentityProvider | undefined;
  /** Period reports. A handler checks that a report is its own unit's. */
  reports: ReportDesk;
  /** The console's own address, for links that leave it; undefined while unknown. */
  publicUrl: string | undefined;
}

/** Where staff improve what the bot knows and says. Each keeps its own record of who did what. */
export interface StaffDesks {
  review: ReviewDesk;
  content: ContentDesk;
  /** Notices and kill switches. */
  controls: UnitControlStore;
  /** What citizens would read of a topic on a Vietnamese day, channel by channel. */
  preview(options: {
    library: Library;
    unit: Unit;
    topic: string;
    day: string;
    language: Language;
  }): PreviewedAnswer[];
  /** Published changes that this process could not take over. */
  setAside(): readonly string[];
}

/** What the console is made with. */
export interface ConsoleOptions extends StaffServices {
  sessions: StaffSessionStore;
  /** For forms' tokens; 32 bytes. */
  formKey: Uint8Array;
}

/** Stores over all units, for accounts and the province. In `change` they belong to one transaction. */
export interface StaffStores {
  users: StaffUserStore;
  settings: SettingsPort;
  audit: Pick<AuditStore, 'list'>;
}

/** Stores of one unit: each is bound to it, so none takes a unit's id. In `change` they belong to one transaction. */
export interface UnitStores {
  outreach: OutreachStore;
  handovers: UnitHandovers;
  members: UnitMembers;
  log: ConversationLog;
  overview: OverviewReader;
  /** Accounts that are staff's own. */
  uncounted: UnitUncounted;
  consents: { listVersions(): Promise<NoticeVersion[]> };
  /** Tokens by which the unit sends, of the channels that have such. */
  tokens: { list(): Promise<{ channel: string; expiresAt: string }[]> };
  audit: { list(query: Omit<Parameters<AuditStore['list']>[0], 'unitId'>): ReturnType<AuditStore['list']> };
}

/** A wording of the notice about data, and what citizens answered to it. */
export interface NoticeVersion {
  version: string;
  granted: number;
  declined: number;
  /** When the first of them answered; ISO 8601, UTC. */
  since: string;
}

/** Which accounts no figure of the unit counts. */
export interface UnitUncounted {
  list(): Promise<UncountedCitizen[]>;
  mark(entry: Omit<UncountedCitizen, 'unitId'>): Promise<boolean>;
  unmark(citizen: string): Promise<boolean>;
}

export interface SettingsPort {
  read(key: string): Promise<unknown>;
  write(key: string, value: unknown): Promise<void>;
}

/** Stores as they are now, and in a transaction whose changes stand or fall together with their record. */
export interface StaffStorage extends StoreSet {
  transaction<T>(
    work: (stores: StoreSet & { append(record: AuditRecord): Promise<void> }) => Promise<T>,
  ): Promise<T>;
}

export interface StoreSet {
  staff: StaffStores;
  unit(unitId: string): UnitStores;
}

/** argon2id. Both calls take some tens of milliseconds on purpose, off the main thread. */
export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /** Without a hash it takes as long and says no: who has an account must not show in the time. */
  verify(hash: string | null, password: string): Promise<boolean>;
}

/** Sign-in by OpenID Connect. */
export interface IdentityProvider {
  /** As the button names it. */
  label: string;
  /** Where the browser goes, and what must be kept until it comes back. */
  begin(): Promise<{ url: string; state: string }>;
  /** Checks what the browser came back with. Throws AppError `invalid-input` when it proves nothing. */
  finish(state: string, query: URLSearchParams): Promise<ProvenIdentity>;
}

export interface ProvenIdentity {
  issuer: string;
  subject: string;
  /** Only when the provider has verified it. */
  email: string | undefined;
}
