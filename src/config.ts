import { join, resolve } from 'node:path';
import { z } from 'zod';
import { AppError } from './core/errors.ts';

/** The one place that reads the environment. Everything else receives what it uses. */
export interface Config {
  port: number;
  host: string | undefined;
  /** Address under which citizens and platforms reach us; undefined while unknown (local trial). */
  publicUrl: string | undefined;
  /** How many proxies in front add the visitor's address to X-Forwarded-For; 0: that header is not believed. */
  trustedProxies: number;
  dataDir: string;
  databaseUrl: string | undefined;
  redisUrl: string | undefined;
  unitsDir: string;
  contentDir: string;
  intentsDir: string;
  secretKey: string | undefined;
  staffAdminPassword: string | undefined;
  /** Where officers may sign in beside the console's own passwords. */
  staffOidc:
    { issuer: string; clientId: string; clientSecret: string | undefined; label: string } | undefined;
  zaloApiUrl: string;
  zaloOauthUrl: string;
  messengerGraphUrl: string;
  /** Where the newest root of each unit is sent to be kept by somebody else: an HTTP address, a mailbox. */
  anchorUrl: string | undefined;
  anchorEmail: string | undefined;
  /** Mail server and sender, for anchors and reminders; undefined: no mail is sent. */
  smtpUrl: string | undefined;
  mailFrom: string | undefined;
  /** OpenTelemetry collector that takes traces; none are made while undefined. */
  tracesUrl: string | undefined;
  /** Upkeep begins within this long after a start, each job at another moment. */
  upkeepSpreadMs: number;
  /** What a scraper shows to read the metrics from anywhere; undefined: private networks only. */
  metricsToken: string | undefined;
  logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** A frozen clock for tests. */
  frozenNow: Date | undefined;
  /** Value of a variable that a unit's file names; undefined when unset or empty. */
  secret(name: string): string | undefined;
}

// Faults of the environment, of unit files and of content are read by the same people as everything else here.
z.config(z.locales.vi());

const projectDir = resolve(import.meta.dirname, '..');
const httpUrl = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''));

const portRule = 'cần một số từ 0 đến 65535';

const variables = z.object({
  PORT: z.coerce.number(portRule).int(portRule).min(0, portRule).max(65535, portRule).default(3000),
  HOST: z.string().optional(),
  PUBLIC_URL: httpUrl.optional(),
  TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
  DATA_DIR: z.string().default('./data'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'phải bắt đầu bằng postgres://')
    .optional(),
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\//, 'phải bắt đầu bằng redis://')
    .optional(),
  UNITS_DIR: z.string().optional(),
  SECRET_KEY: z.string().min(32, 'cần ít nhất 32 ký tự; tạo bằng: openssl rand -hex 32').optional(),
  STAFF_ADMIN_PASSWORD: z.string().min(10, 'cần ít nhất 10 ký tự').optional(),
  // As the provider writes it: a slash at the end is part of it.
  STAFF_OIDC_ISSUER: z.url({ protocol: /^https?$/ }).optional(),
  STAFF_OIDC_CLIENT_ID: z.string().optional(),
  STAFF_OIDC_CLIENT_SECRET: z.string().optional(),
  STAFF_OIDC_LABEL: z.string().max(60).default('tài khoản của cơ quan'),
  ZALO_API_URL: httpUrl.default('https://openapi.zalo.me'),
  ZALO_OAUTH_URL: httpUrl.default('https://oauth.zaloapp.com'),
  MESSENGER_GRAPH_URL: httpUrl.default('https://graph.facebook.com'),
  ANCHOR_URL: httpUrl.optional(),
  ANCHOR_EMAIL: z.email().optional(),
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\//, 'phải bắt đầu bằng smtp:// hoặc smtps://')
    .optional(),
  MAIL_FROM: z.email().optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl.optional(),
  UPKEEP_SPREAD_SECONDS: z.coerce.number().min(0).max(3_600).default(30),
  METRICS_TOKEN: z.string().min(16, 'cần ít nhất 16 ký tự').optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  NOW: z.iso.datetime({ offset: true }).optional(),
  NODE_ENV: z.string().optional(),
});

/**
 * Reads and checks all variables at once.
 * @throws AppError `configuration` that lists every fault by the variable's name, without its value.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = variables.safeParse(given);
  if (!parsed.success) {
    throw new AppError('configuration', listFaults(parsed.error));
  }
  const values = parsed.data;
  const faults: string[] = [];
  if (values.NOW !== undefined && values.NODE_ENV !== 'test') {
    faults.push('NOW: chỉ dùng được khi NODE_ENV=test; hãy bỏ biến NOW');
  }
  if (values.DATABASE_URL !== undefined && values.SECRET_KEY === undefined) {
    faults.push(
      'SECRET_KEY: bắt buộc khi có DATABASE_URL, giống nhau trên mọi máy; tạo bằng: openssl rand -hex 32',
    );
  }
  if ((values.SMTP_URL === undefined) !== (values.MAIL_FROM === undefined)) {
    faults.push('SMTP_URL, MAIL_FROM: đặt cả hai để gửi thư, hoặc bỏ cả hai');
  }
  if (values.ANCHOR_EMAIL !== undefined && values.SMTP_URL === undefined) {
    faults.push('ANCHOR_EMAIL: cần SMTP_URL và MAIL_FROM để gửi thư');
  }
  if (values.STAFF_OIDC_ISSUER !== undefined) {
    if (values.STAFF_OIDC_CLIENT_ID === undefined) {
      faults.push('STAFF_OIDC_CLIENT_ID: bắt buộc khi có STAFF_OIDC_ISSUER; lấy ở nơi đăng ký ứng dụng');
    }
    if (values.PUBLIC_URL === undefined) {
      faults.push('PUBLIC_URL: bắt buộc khi có STAFF_OIDC_ISSUER, để trình duyệt quay về đúng địa chỉ');
    }
  }
  if (faults.length > 0) throw new AppError('configuration', `Cấu hình chưa đúng:\n- ${faults.join('\n- ')}`);
  return Object.freeze({
    port: values.PORT,
    host: values.HOST,
    publicUrl: values.PUBLIC_URL,
    trustedProxies: values.TRUSTED_PROXIES,
    dataDir: resolve(values.DATA_DIR),
    databaseUrl: values.DATABASE_URL,
    redisUrl: values.REDIS_URL,
    unitsDir: resolve(values.UNITS_DIR ?? resolve(projectDir, 'content/units')),
    contentDir: resolve(projectDir, 'content'),
    intentsDir: resolve(projectDir, 'intents'),
    secretKey: values.SECRET_KEY,
    staffAdminPassword: values.STAFF_ADMIN_PASSWORD,
    staffOidc:
      values.STAFF_OIDC_ISSUER === undefined || values.STAFF_OIDC_CLIENT_ID === undefined
        ? undefined
        : {
            issuer: values.STAFF_OIDC_ISSUER,
            clientId: values.STAFF_OIDC_CLIENT_ID,
            clientSecret: values.STAFF_OIDC_CLIENT_SECRET,
            label: values.STAFF_OIDC_LABEL,
          },
    zaloApiUrl: values.ZALO_API_URL,
    zaloOauthUrl: values.ZALO_OAUTH_URL,
    messengerGraphUrl: values.MESSENGER_GRAPH_URL,
    anchorUrl: values.ANCHOR_URL,
    anchorEmail: values.ANCHOR_EMAIL,
    smtpUrl: values.SMTP_URL,
    mailFrom: values.MAIL_FROM,
    tracesUrl: values.OTEL_EXPORTER_OTLP_ENDPOINT,
    upkeepSpreadMs: values.UPKEEP_SPREAD_SECONDS * 1_000,
    metricsToken: values.METRICS_TOKEN,
    logLevel: values.LOG_LEVEL,
    frozenNow: values.NOW === undefined ? undefined : new Date(values.NOW),
    secret: (name: string) => given[name],
  });
}

function listFaults(error: z.ZodError): string {
  const lines = error.issues.map((issue) => `- ${issue.path.join('.')}: ${issue.message}`);
  return `Cấu hình chưa đúng:\n${lines.join('\n')}`;
}

/** What was read and trained is kept beside the data between starts. */
export function cacheDirOf({ dataDir }: Pick<Config, 'dataDir'>): string {
  return join(dataDir, 'cache');
}
