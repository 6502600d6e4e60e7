import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Router } from 'express';
import { createApp } from './app.ts';
import { messengerTextLimitChars } from './channels/messenger/format.ts';
import { createMessengerChannel, type MessengerChannel } from './channels/messenger/messenger-channel.ts';
import { createMessengerRoutes, type DeletionRequest } from './channels/messenger/routes.ts';
import type { MessengerUnit } from './channels/messenger/messenger-unit.ts';
import { createWebChannel } from './channels/web/channel.ts';
import { WebMailbox } from './channels/web/mailbox.ts';
import { createWebRoutes, type WebUnit } from './channels/web/routes.ts';
import { zaloTextLimitChars } from './channels/zalo/format.ts';
import { createZaloRoutes, type ConsentRequests, type PendingConsent } from './channels/zalo/routes.ts';
import { createZaloChannel, type ZaloChannel } from './channels/zalo/zalo-channel.ts';
import type { ZaloUnit } from './channels/zalo/zalo-unit.ts';
import { composeStaff, type StaffRoom } from './compose-staff.ts';
import { cacheDirOf, type Config } from './config.ts';
import { readCatalogueVersion, type CatalogueLibrary } from './content/catalogue/catalogue-library.ts';
import { createContentSource } from './content/content-source.ts';
import type { Library, Unit } from './content/library.ts';
import { loadLibrary } from './content/load-library.ts';
import { loadReportPresets } from './content/load-report-presets.ts';
import type { Overlay } from './content/overlay/apply-overlay.ts';
import { formatDay } from './content/render-topic.ts';
import { loadTranslator, type Translator } from './content/translator.ts';
import { unitQuotas } from './content/unit-quotas.ts';
import { createEventHandler } from './conversation/handle-events.ts';
import { createHandoverDesk, type HandoverDesk } from './conversation/handover-desk.ts';
import { createEffectPerformer } from './conversation/perform-effect.ts';
import { createReplySender } from './conversation/send-replies.ts';
import { followUnitControls } from './conversation/unit-controls.ts';
import { createClock, vietnamDay, vietnamMinutes } from './core/clock.ts';
import { AppError } from './core/errors.ts';
import { Remembered } from './core/remembered.ts';
import { systemUnitId } from './core/evidence.ts';
import type { AuditStore } from './core/audit.ts';
import type { InboundEvent } from './core/event.ts';
import type { Channel, Clock, Logger, RateLimiter, SessionStore } from './core/ports.ts';
import type { OutboundMessage } from './core/reply.ts';
import type { Understanding } from './core/understood.ts';
import { createEvidence, type Evidence } from './evidence/evidence.ts';
import { createDesks } from './knowledge/create-desks.ts';
import { followKnowledge } from './knowledge/follow-knowledge.ts';
import { loadKnowledge, readMark, type KnowledgeSources } from './knowledge/load-knowledge.ts';
import { createHealthRoutes, type HealthCheck } from './ops/health.ts';
import { guardMetrics } from './ops/metrics-access.ts';
import { createMetrics, type MetricsRegistry } from './ops/metrics.ts';
import { refreshQueueGauges } from './ops/queue-gauges.ts';
import { startSchedule, type ScheduledJob } from './ops/schedule.ts';
import { createTracing } from './ops/tracing.ts';
import { createKeyDerivation, loadSecretKey } from './ops/secret-key.ts';
import { maskText } from './privacy/mask-text.ts';
import { createPayloadCipher } from './privacy/payload-cipher.ts';
import { createPseudonymiser, type Pseudonymise } from './privacy/pseudonym.ts';
import { createRetentionClock } from './privacy/retention-clock.ts';
import { createSecretBox } from './privacy/secret-box.ts';
import { listInvitations } from './staff/outreach/invitation.ts';
import { createPayloadKeyFiles } from './storage/payload-key-files.ts';
import { createSqlQueue, type SqlQueue } from './storage/queue/sql-queue.ts';
import { createRedisClient, waitForRedis, type RedisClient } from './storage/redis/client.ts';
import { createRateLimiter } from './storage/redis/rate-limiter.ts';
import { createRedisSessionStore } from './storage/redis/session-store.ts';
import { createAuditStore } from './storage/sql/audit-store.ts';
import { createCatalogueStore } from './storage/sql/catalogue-store.ts';
import { createConsentStore } from './storage/sql/consent-store.ts';
import { createContentChangeStore } from './storage/sql/content-change-store.ts';
import { createConversationRecords } from './storage/sql/conversation-records.ts';
import { checkWritable, type Database } from './storage/sql/database.ts';
import { eraseWords, forgetErasedBytes } from './storage/sql/erase-words.ts';
import { createHandoverStore } from './storage/sql/handover-store.ts';
import { createInteractionStore } from './storage/sql/interaction-store.ts';
import { knowledgeChannel } from './storage/sql/knowledge-channel.ts';
import { createSqlLeases } from './storage/sql/leases.ts';
import { migrate } from './storage/sql/migrate.ts';
import { openDatabase } from './storage/sql/open-database.ts';
import { createOutreachStore } from './storage/sql/outreach-store.ts';
import { createSqlPayloadKeyStore } from './storage/sql/payload-key-store.ts';
import { createRoomCheck } from './storage/sql/room-check.ts';
import { createSealStore } from './storage/sql/seal-store.ts';
import { createSendMarkStore } from './storage/sql/send-mark-store.ts';
import { createSettingStore, type SettingStore } from './storage/sql/setting-store.ts';
import { createSqlSessionStore } from './storage/sql/session-store.ts';
import { createTokenVault } from './storage/sql/token-vault.ts';
import { createTrainingStore } from './storage/sql/training-store.ts';
import { createUnitControlStore } from './storage/sql/unit-control-store.ts';
import { createWebMessageStore } from './storage/sql/web-message-store.ts';
import type { ReportDesk } from './reports/report-desk.ts';
import { composeAnchors } from './compose-anchors.ts';
import { composeLinks } from './compose-links.ts';
import { composeReports } from './compose-reports.ts';
import { createMailer } from './ops/mailer.ts';
import { createWebhookRoutes } from './webhook/routes.ts';

/** Everything that is built, for the entries and the commands. */
export interface Services {
  config: Config;
  logger: Logger;
  clock: Clock;
  t: Translator;
  metrics: MetricsRegistry;
  /** Each resolves when that part can serve. */
  parts: Readonly<Record<string, HealthCheck>>;
  database: Database;
  library(): Library;
  understanding(): Understanding;
  catalogue(): CatalogueLibrary;
  /** Reads content, intents and catalogue anew; false when what was found must not be served. */
  renewKnowledge(): Promise<boolean>;
  evidence: Evidence;
  pseudonymise: Pseudonymise;
  inbound: SqlQueue<InboundEvent>;
  outbound: SqlQueue<OutboundMessage>;
  channels: ReadonlyMap<string, Channel>;
  /** The platforms' own calls; absent where no unit has the channel. */
  zalo: ZaloChannel | undefined;
  messenger: MessengerChannel | undefined;
  /** Consents of OA admins that are under way. */
  zaloConsents: ConsentRequests;
  mailbox: WebMailbox;
  /** Period reports: figures, drafts, documents. */
  reports: ReportDesk;
  /** What officers do with conversations that wait for them. */
  desk: HandoverDesk;
  /** The staff console. */
  staff: StaffRoom;
  /** Takes an event of the web chat or the terminal into the pipeline. */
  accept(event: InboundEvent): Promise<void>;
  /** Begins to handle events and send replies, and the upkeep. */
  startWorkers(): Promise<void>;
  createHttp(rooms: readonly Router[]): ReturnType<typeof createApp>;
  /** Stops accepting, drains what runs (at most `graceMs`), closes the stores. */
  stop(graceMs: number): Promise<void>;
}

export interface ComposeOptions {
  /** Commands that never talk to a platform work without the platforms' secrets. */
  withChannels: boolean;
  /** The database when it is being opened already; else it is opened here. */
  database?: Promise<Database>;
}

const hourMs = 3_600_000;
/**
 * How long a start waits for tokens. A kill between the exchange of a single-use token and its storing costs a consent,
 * so it happens before anybody is served; a platform that does not answer is not waited for.
 */
const tokenWaitMs = 2_000;
const bubbleLimitChars = Math.min(zaloTextLimitChars, messengerTextLimitChars);
/** How long a row may wait for its seal. Each run of a busy unit makes a link of the chain, which every bundle carries. */
const sealEveryMs = 5 * 60_000;
/** Rewriting a table holds everything up: erased bytes go at a start and then once a day. */
const forgetBytesEveryMs = 24 * hourMs;
/** Hours in Vietnam in which few people write: from one, before five. */
const quietHours = [1, 2, 3, 4];
const endHandoversEveryMs = 5 * 60_000;
const bringForwardEveryMs = 60_000;
const seenHours = 72;
const parkedDays = 30;
/** As good as never, and still an interval of days. */
const neverDays = 36_500;
const webMessageHours = 48;
/** Events of one unit in a minute beyond which each of its citizens is heard less often; a whole ward writes far less. */
const crowdedUnitEvents = 3_000;
/** How often a process looks whether another one has imported a catalogue. */
const catalogueLookMs = 60_000;

/** Builds the whole system from its configuration. Starts nothing that works by itself. */
export async function compose(config: Config, logger: Logger, options: ComposeOptions): Promise<Services> {
  const clock = createClock(config.frozenNow);
  // Secrets are checked before anything is opened or trained: a missing one must be told at once.
  const firstLibrary = await loadUnits(config);
  const secrets = options.withChannels ? readUnitSecrets(firstLibrary, config) : { zalo: [], messenger: [] };
  const t = await loadTranslator(join(config.contentDir, 'locales'), cacheDirOf(config));
  const deriveKey = createKeyDerivation(await loadSecretKey(config.secretKey, config.dataDir));
  const pseudonymise = createPseudonymiser(deriveKey('pseudonym'));
  const metrics = createMetrics();
  const tracing = await createTracing(config.tracesUrl);

  const database = await (options.database ?? openDatabase({ ...config, logger }));
  try {
    await migrate(database);
  } catch (error) {
    await database.close();
    throw error;
  }
  const catalogueStore = createCatalogueStore(database);
  const training = createTrainingStore(database);
  const changes = createContentChangeStore(database);
  const sources = {
    contentDir: config.contentDir,
    unitsDir: config.unitsDir,
    intentsDir: config.intentsDir,
    cacheDir: cacheDirOf(config),
    bubbleLimitChars,
    loadLibrary: (overlay: Overlay) => loadUnits(config, overlay),
    catalogue: catalogueStore,
    training,
    changes,
    clock,
    logger,
  } satisfies KnowledgeSources;
  // Until the server serves nothing waits for the event loop, and files that came with it were checked before.
  let serving = false;
  const knowledge = await createContentSource({
    load: () => loadKnowledge(sources, serving ? undefined : firstLibrary),
    watchDirs: [config.contentDir, config.intentsDir, config.unitsDir],
    logger,
  });
  serving = true;
  const library = () => knowledge.current().library;
  const redis = config.redisUrl === undefined ? undefined : createRedisClient(config.redisUrl, logger);
  if (redis !== undefined && !(await waitForRedis(redis, 2_000))) {
    logger.warn({}, 'Redis does not answer yet; conversations have no context until it does');
  }
  // True at first: nobody knows what was erased just before the last stop.
  let erasedBytesMayStay = true;
  let forgottenAtMs = 0;
  const parts: Record<string, HealthCheck> = {
    database: () => checkWritable(database),
    disk: createRoomCheck(database, config.dataDir),
    ...(redis === undefined ? {} : { redis: () => redis.ping() }),
  };
  const sqlSessions = createSqlSessionStore(database, clock);
  const sessions: SessionStore = redis === undefined ? sqlSessions : createRedisSessionStore(redis, logger);
  const leases = createSqlLeases(database);
  const cipher = createPayloadCipher({
    keys:
      database.kind === 'embedded'
        ? createPayloadKeyFiles(join(config.dataDir, 'keys'), database)
        : createSqlPayloadKeyStore(database),
    box: createSecretBox(deriveKey('queue')),
  });
  const inbound = createSqlQueue<InboundEvent>({
    name: 'inbound',
    database,
    cipher,
    logger,
    // A batch waits for the disk most of the time; with few at once the process idles while the queue grows.
    ...{ batchSize: 96, parallel: 8, holdAtMost: 4_096 },
    // Nothing here waits for a platform: an attempt that failed is made again within minutes.
    longestWaitMs: 600_000,
  });
  const outbound = createSqlQueue<OutboundMessage>({
    name: 'outbound',
    database,
    cipher,
    logger,
    // So many calls to platforms at the same time at most.
    ...{ batchSize: 48, parallel: 8, holdAtMost: 2_048 },
    maxAttempts: 12,
  });
  const interactions = createInteractionStore(database);
  const marks = createSendMarkStore(database);
  const audit = createAuditStore(database);
  const consents = createConsentStore(database);
  const records = createConversationRecords(database);
  const handovers = createHandoverStore(database);
  const controlStore = createUnitControlStore(database);
  const controls = await followUnitControls(controlStore, logger);
  const handoverBox = createSecretBox(deriveKey('handover'));
  const webMessages = createWebMessageStore(database, createSecretBox(deriveKey('web-message')));
  const evidence = createEvidence({
    store: createSealStore(database),
    leases,
    clock,
    logger,
    documentPath: join(import.meta.dirname, '../docs/evidence.md'),
  });
  const mailbox = new WebMailbox(
    {
      add: (visitor, id, message) => webMessages.add(visitor, id, message),
      after: async (visitor, sequence) => (await webMessages.after(visitor, sequence)) as never,
      newest: (visitors) => webMessages.newest(visitors),
      forget: (visitor, before) => webMessages.forget(visitor, before),
    },
    (error) => logger.warn({ error }, 'open web chats could not be looked after'),
  );

  const settings = createSettingStore(database);
  const { smtpUrl, mailFrom, contentDir, publicUrl } = config;
  const sendMail =
    smtpUrl === undefined || mailFrom === undefined ? undefined : createMailer(smtpUrl, mailFrom);
  const links = await composeLinks({
    ...{ contentDir, publicUrl, key: deriveKey('link'), database, clock, logger },
    rate: limiter('link-open', 20, 60, redis),
    goneText: t('vi', 'web:linkGone'),
  });
  const presets = await loadReportPresets(contentDir);
  const reports = composeReports({
    presets,
    ...{ database, evidence, clock, t, library, catalogue: () => knowledge.current().catalogue },
    ...{ contentDir, settings, logger, sendMail },
    outreachItems: (unitId, { firstDay, lastDay }) =>
      createOutreachStore(database, unitId).list({ firstDay, lastDay }),
    anchors: composeAnchors(config, settings, sendMail, t),
    countsLinks: publicUrl !== undefined,
  });
  const zaloConsents = createConsentRequests(settings);

  const raiseAlarm = (alarm: { channel: string; unitId: string; code: string; advice: string }) => {
    metrics.count('tthc_alarms_total', { kind: `${alarm.channel}:${alarm.code}` });
    logger.error(alarm, 'a channel needs a person');
  };
  const zalo =
    secrets.zalo.length === 0
      ? undefined
      : createZaloChannel({
          units: secrets.zalo,
          apiUrl: config.zaloApiUrl,
          oauthUrl: config.zaloOauthUrl,
          tokenVault: createTokenVault(database, leases, createSecretBox(deriveKey('token')), 'zalo'),
          clock,
          raiseAlarm,
        });
  const messenger =
    secrets.messenger.length === 0
      ? undefined
      : createMessengerChannel({ units: secrets.messenger, graphUrl: config.messengerGraphUrl, raiseAlarm });
  const platforms: Channel[] = [zalo, messenger].filter((channel) => channel !== undefined);
  const channels = new Map<string, Channel>(
    [...platforms, createWebChannel(mailbox, publicUrl)].map((channel) => [channel.name, channel]),
  );
  const sendRates = new Map<string, RateLimiter>(
    platforms.flatMap(({ name, sendLimit }) =>
      sendLimit === undefined
        ? []
        : [
            [name, limiter(`send-${name}`, sendLimit.messages, sendLimit.seconds, redis)] as [
              string,
              RateLimiter,
            ],
          ],
    ),
  );
  const visitorRate = limiter('web-visitor', 30, 60, redis);
  const messageRate = limiter('web-message', 30, 60, redis);
  const unitRate = limiter('unit', crowdedUnitEvents, 60, redis);

  const citizenOf = (event: InboundEvent) => pseudonymise(event.channel, event.unitId, event.userId);
  const accept = async (event: InboundEvent) => {
    await inbound.put([
      {
        id: `${event.channel}:${event.unitId}:${event.eventId}`,
        key: citizenOf(event),
        unitId: event.unitId,
        body: event,
      },
    ]);
  };
  const handleEvents = createEventHandler({
    library,
    catalogue: () => knowledge.current().catalogue,
    understanding: () => knowledge.current().understanding,
    controls,
    t,
    async findOutreach(unitId, code) {
      const item = await createOutreachStore(database, unitId).read(code);
      return item === undefined || item.withdrawnAt !== null ? undefined : item;
    },
    channels,
    sessions,
    outbound,
    interactions,
    maskText: rememberMasked(),
    unitRate,
    clock,
    logger,
    metrics,
    wrapLink: links.wrap,
    perform: createEffectPerformer({
      records,
      handovers,
      box: handoverBox,
      channels,
      recordConsent: (record) => consents.append(record),
      async eraseCitizen(citizen, unitId, by, at) {
        const erased = await eraseWords(database, { citizen });
        erasedBytesMayStay = true;
        await sessions.remove(citizen);
        await audit.append({
          at: at.toISOString(),
          actor: by,
          unitId,
          action: 'erase-words',
          subject: citizen,
          before: { interactions: erased },
          after: null,
        });
      },
      logger,
    }),
  });
  const desk = createHandoverDesk({
    handovers,
    box: handoverBox,
    channels,
    outbound,
    accept,
    maskText,
    clock,
    logger,
  });
  const sendReplies = createReplySender({
    channels,
    marks,
    interactions,
    rate: (channel) => sendRates.get(channel.name),
    controls,
    clock,
    logger,
    metrics,
  });

  const staff = composeStaff({
    ...{ config, logger, clock, t, database, redis, deriveKey, library, desk, reports: reports.desk },
    catalogue: () => knowledge.current().catalogue,
    channels: [...channels.keys()],
    desks: createDesks({ sources, database, controlStore, t, library, served: () => knowledge.current() }),
    invitations: (unitId, code) => listInvitations(channels.values(), unitId, code),
    quotasOf: (unit) => unitQuotas(unit, presets),
    limiter: (name, points, durationSeconds) => limiter(name, points, durationSeconds, redis),
  });

  const jobs: ScheduledJob[] = [
    {
      name: 'seal',
      everyMs: sealEveryMs,
      run: () => evidence.sealNew([...library().units.keys(), systemUnitId]),
    },
    { name: 'purge-queues', everyMs: hourMs, run: () => purgeQueues() },
    {
      name: 'bring-forward',
      everyMs: bringForwardEveryMs,
      run: () => Promise.all([inbound.bringForward(), outbound.bringForward()]),
    },
    { name: 'purge-sessions', everyMs: hourMs, run: () => sqlSessions.purgeExpired() },
    { name: 'count-overviews', everyMs: hourMs, run: () => staff.countOverviews() },
    { name: 'purge-staff', everyMs: hourMs, run: () => staff.purgeExpired() },
    { name: 'purge-web-messages', everyMs: hourMs, run: () => purgeWebMessages() },
    { name: 'end-handovers', everyMs: endHandoversEveryMs, run: () => endHandovers() },
    { name: 'forget-words', everyMs: hourMs, run: () => forgetWords() },
    ...(zalo === undefined
      ? []
      : [{ name: 'zalo-tokens', everyMs: hourMs, run: () => zalo.keepTokensFresh() }]),
    ...reports.jobs,
  ];
  const retention = createRetentionClock(settings, clock);
  const purgeQueues = async () => {
    // What could not be handled is a citizen's word that somebody may still release.
    const parked = (await retention.isAhead()) ? neverDays : parkedDays;
    await inbound.purge(seenHours, parked);
    await outbound.purge(seenHours, parked);
    await marks.purge(parkedDays);
    await cipher.discardUnused();
  };
  /** Masked words go when the unit's retention is over; the rows and their commitments stay. */
  const forgetWords = async () => {
    if (await retention.isAhead()) {
      logger.warn(
        {},
        'the clock is days ahead of the last erasure of old words: it is followed slowly; look whether the clock is right',
      );
    }
    const time = (await retention.advance()).getTime();
    for (const unit of library().units.values()) {
      const keptMs = unit.privacy.keep_text_days * 24 * hourMs;
      const erased = await eraseWords(database, {
        unitId: unit.id,
        receivedBefore: new Date(time - keptMs),
      });
      if (erased > 0) erasedBytesMayStay = true;
      await handovers.purgeMessages(unit.id, new Date(time - keptMs).toISOString());
    }
    const isTime = clock.now().getTime() - forgottenAtMs >= forgetBytesEveryMs;
    // On a server the log waits while a table is written anew: when few people write.
    const isQuiet =
      database.kind === 'embedded' || quietHours.includes(Math.floor(vietnamMinutes(clock.now()) / 60));
    if (!erasedBytesMayStay || !isTime || !isQuiet) return;
    const tables = await forgetErasedBytes(database);
    if (tables.length > 0) {
      logger.warn(
        { tables },
        'erased words stay in the files of big tables: run vacuum full on them in a quiet hour',
      );
    }
    erasedBytesMayStay = false;
    forgottenAtMs = clock.now().getTime();
  };
  const purgeWebMessages = async () => {
    // Officers write of the citizen's own matter, and what they wrote must leave the files too.
    if ((await webMessages.purge(webMessageHours)) > 0) erasedBytesMayStay = true;
  };
  const endHandovers = async () => {
    await handovers.closeOverdue(clock.now().toISOString());
  };

  let accepting = true;
  let stopSchedule = () => {};
  let stopLinks = async () => {};
  const catalogueLook = setInterval(() => {
    readCatalogueVersion(catalogueStore).then(
      (version) => (version === knowledge.current().catalogue.version ? undefined : knowledge.reload()),
      (error: unknown) => logger.warn({ error }, 'cannot look for a new catalogue now'),
    );
  }, catalogueLookMs);
  catalogueLook.unref();
  const stopFollowing = await followKnowledge({
    readMark: () => readMark(sources),
    servedMark: () => knowledge.current().mark,
    reload: () => knowledge.reload(),
    listen: (onChange) => database.listen(knowledgeChannel, onChange),
    logger,
  });
  return {
    config,
    logger,
    clock,
    t,
    metrics,
    parts,
    database,
    library,
    understanding: () => knowledge.current().understanding,
    catalogue: () => knowledge.current().catalogue,
    renewKnowledge: () => knowledge.reload(),
    evidence,
    pseudonymise,
    inbound,
    outbound,
    channels,
    zalo,
    messenger,
    zaloConsents,
    mailbox,
    reports: reports.desk,
    desk,
    staff,
    accept,
    async startWorkers() {
      await Promise.race([zalo?.keepTokensFresh(), sleep(tokenWaitMs, undefined, { ref: false })]);
      await inbound.consume(tracing.traced('inbound', handleEvents));
      await outbound.consume(tracing.traced('outbound', sendReplies));
      stopSchedule = startSchedule(jobs, leases, logger, config.upkeepSpreadMs);
      stopLinks = links.start();
    },
    createHttp: (rooms) =>
      createApp({
        trustedProxies: config.trustedProxies,
        tracing: tracing.middleware,
        webhooks: createWebhookRoutes({ channels: platforms, inbound, citizenOf, clock, logger, metrics }),
        health: createHealthRoutes({
          checks: parts,
          accepting: () => accepting,
          metrics,
          guardMetrics: guardMetrics(config.metricsToken),
          refreshGauges: () => refreshQueueGauges({ inbound, outbound }, metrics),
        }),
        web: createWebRoutes({
          units: () => webUnits(library()),
          texts: webTexts(t),
          mailbox,
          accept,
          allow: async (kind, key) =>
            (await (kind === 'visitor' ? visitorRate : messageRate).take(key)).allowed,
          key: deriveKey('cookie'),
          clock,
          logger,
        }),
        rooms: [
          links.router,
          ...(zalo === undefined
            ? []
            : [
                createZaloRoutes({
                  channel: zalo,
                  requests: zaloConsents,
                  verifierFiles: () =>
                    [...library().units.values()].flatMap((unit) => unit.channels?.zalo?.verifier_file ?? []),
                  texts: {
                    granted: t('vi', 'platform:consent_granted'),
                    failed: t('vi', 'platform:consent_failed'),
                  },
                  now: () => clock.now(),
                  logger,
                }),
              ]),
          ...(messenger === undefined
            ? []
            : [
                createMessengerRoutes({
                  channel: messenger,
                  deletions: createDeletionRecords(settings, audit),
                  describe: ({ code, receivedAt }) =>
                    t('vi', 'platform:deletion_status', {
                      code,
                      date: formatDay(vietnamDay(new Date(receivedAt))),
                    }),
                  notFound: t('vi', 'platform:deletion_unknown'),
                  publicUrl: config.publicUrl,
                  now: () => clock.now(),
                  logger,
                }),
              ]),
          staff.router,
          ...rooms,
        ],
        logger,
      }),
    async stop(graceMs) {
      accepting = false;
      stopSchedule();
      clearInterval(catalogueLook);
      await stopFollowing();
      knowledge.close();
      await Promise.all([inbound.stop(graceMs), outbound.stop(graceMs), stopLinks()]);
      await tracing.close().catch(() => undefined);
      redis?.disconnect();
      await controls.stop();
      await database.close();
    },
  };
}

/** `maskText`; short words come again, and so do the lines that explain how they were understood. */
function rememberMasked(): (text: string) => string {
  const masked = new Remembered<string>(1_000);
  return (text) => (text.length > 160 ? maskText(text) : masked.get(text, () => maskText(text)));
}

/** Content with at least one unit: a server without units has nobody to answer for. */
async function loadUnits(config: Config, overlay?: Overlay): Promise<Library> {
  const library = await loadLibrary(config.contentDir, config.unitsDir, overlay, cacheDirOf(config));
  if (library.units.size === 0) {
    throw new AppError(
      'configuration',
      `Không có đơn vị nào trong ${config.unitsDir}; hãy thêm một tệp .yaml.`,
    );
  }
  return library;
}

function limiter(
  name: string,
  points: number,
  durationSeconds: number,
  redis: RedisClient | undefined,
): RateLimiter {
  return createRateLimiter({ name, points, durationSeconds, ...(redis === undefined ? {} : { redis }) });
}

/** Consents that were asked for, by their state; each is taken once. */
function createConsentRequests(settings: SettingStore): ConsentRequests {
  const keyOf = (state: string) => `zalo-consent:${state}`;
  return {
    keep: (state, pending) => settings.write(keyOf(state), pending),
    async take(state) {
      const pending = (await settings.read(keyOf(state))) as PendingConsent | undefined;
      if (pending !== undefined) await settings.remove(keyOf(state));
      return pending;
    },
  };
}

/** Requests for deletion that a platform passed on: kept for their status page, and recorded as acts. */
function createDeletionRecords(
  settings: SettingStore,
  audit: AuditStore,
): {
  record(request: DeletionRequest): Promise<void>;
  find(code: string): Promise<DeletionRequest | undefined>;
} {
  const keyOf = (code: string) => `deletion-request:${code}`;
  return {
    async record(request) {
      await settings.write(keyOf(request.code), request);
      await audit.append({
        at: request.receivedAt,
        actor: 'platform',
        unitId: null,
        action: 'deletion-request',
        subject: request.code,
        before: null,
        after: null,
      });
    },
    find: async (code) => (await settings.read(keyOf(code))) as DeletionRequest | undefined,
  };
}

/** Resolves the variables that unit files name; all that are missing are told at once. */
function readUnitSecrets(library: Library, config: Config): { zalo: ZaloUnit[]; messenger: MessengerUnit[] } {
  const missing: string[] = [];
  const required = (unit: Unit, variable: string): string => {
    const value = config.secret(variable);
    if (value === undefined) missing.push(`${variable} (đơn vị ${unit.id})`);
    return value ?? '';
  };
  const zalo: ZaloUnit[] = [];
  const messenger: MessengerUnit[] = [];
  for (const unit of library.units.values()) {
    const oa = unit.channels?.zalo;
    if (oa !== undefined) {
      zalo.push({
        unitId: unit.id,
        oaId: oa.oa_id,
        appId: oa.app_id,
        appSecret: required(unit, oa.app_secret_env),
        oaSecretKey: required(unit, oa.oa_secret_key_env),
        refreshToken: oa.refresh_token_env === undefined ? undefined : config.secret(oa.refresh_token_env),
      });
    }
    const page = unit.channels?.messenger;
    if (page !== undefined) {
      messenger.push({
        unitId: unit.id,
        pageId: page.page_id,
        appId: page.app_id,
        appSecret: required(unit, page.app_secret_env),
        verifyToken: required(unit, page.verify_token_env),
        pageToken: required(unit, page.page_token_env),
        graphVersion: page.graph_version,
        inboxAppId: page.inbox_app_id,
      });
    }
  }
  if (missing.length > 0) {
    throw new AppError(
      'configuration',
      `Thiếu biến môi trường mà tệp đơn vị nêu tên, hãy đặt rồi chạy lại:\n- ${missing.join('\n- ')}`,
    );
  }
  return { zalo, messenger };
}

function webUnits(library: Library): WebUnit[] {
  return [...library.units.values()].map((unit) => {
    const verification = unit.channels?.zalo?.site_verification;
    return {
      id: unit.id,
      name: unit.name.vi,
      head:
        verification === undefined
          ? []
          : [{ name: 'zalo-platform-site-verification', content: verification }],
    };
  });
}

const webTextKeys = [
  'title',
  'automated',
  'inputLabel',
  'inputPlaceholder',
  'send',
  'logLabel',
  'you',
  'assistant',
  'waiting',
  'offline',
  'unavailable',
  'tooFast',
  'noScript',
  'chooseUnit',
  'privacy',
  'testNotice',
  'skip',
] as const;

function webTexts(t: Translator): Record<(typeof webTextKeys)[number], string> {
  return Object.fromEntries(webTextKeys.map((key) => [key, t('vi', `web:${key}`)])) as never;
}
