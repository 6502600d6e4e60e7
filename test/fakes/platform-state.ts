import { z } from 'zod';

const names = z.array(z.string().min(1));

/** What a fault does to the next `times` calls of one kind. */
const fault = z.strictObject({
  on: z.enum(['zalo-send', 'zalo-token', 'graph-send', 'graph']),
  kind: z.enum(['delay', 'hang', 'reset', 'status', 'error']),
  times: z.number().int().min(1).default(1),
  /** For `delay`. */
  ms: z.number().int().min(0).default(0),
  /** For `status`: the HTTP status, with a body that is not JSON. */
  status: z.number().int().min(200).max(599).default(500),
  /** For `error`: the platform's own code and subcode. */
  code: z.number().int().default(-32),
  subcode: z.number().int().optional(),
  /** For `hang`, `reset` and `status`: the call is carried out before it goes wrong. */
  accept: z.boolean().default(false),
  /** Only calls for this citizen. */
  user: z.string().optional(),
});

/** Everything that POST /_control understands. */
const controlSchema = z.strictObject({
  /** Forgets everything, faults and registrations included. */
  reset: z.boolean().optional(),
  /** Makes accounts strict: from then on only these secrets and tokens work for them. */
  oas: z
    .array(
      z.strictObject({
        oaId: z.string(),
        appId: z.string(),
        appSecret: z.string(),
        refreshToken: z.string().optional(),
        name: z.string().optional(),
      }),
    )
    .optional(),
  pages: z
    .array(
      z.strictObject({
        pageId: z.string(),
        pageToken: z.string(),
        appId: z.string().optional(),
        appSecret: z.string().optional(),
      }),
    )
    .optional(),
  fault: fault.optional(),
  clearFaults: z.boolean().optional(),
  /** Every Zalo access token issued so far expires; refresh tokens live on. */
  expireTokens: z.boolean().optional(),
  /** Every Zalo refresh token issued or seen so far is spent: only a new consent helps. */
  revokeGrants: z.boolean().optional(),
  advanceMs: z.number().int().optional(),
  /** These citizens act now, which opens the window for sending to them. */
  interacted: names.optional(),
  /** These citizens can no longer be reached. */
  blocked: names.optional(),
  /** Zalo's limit of messages per minute, for all OAs together; 0 = none. */
  zaloSendsPerMinute: z.number().int().min(0).optional(),
});

export type ControlCommand = z.input<typeof controlSchema>;
export type Fault = z.infer<typeof fault>;
export type FaultPoint = Fault['on'];

/** One message that a platform accepted. */
export interface SentMessage {
  /** Counts from 1 over both platforms. */
  sequence: number;
  at: string;
  channel: 'zalo' | 'messenger';
  /** OA id or page id. */
  account: string;
  userId: string;
  messageId: string;
  text: string;
  /** Titles of everything that can be pressed, in order. */
  buttons: string[];
  /** The payloads that presses on choices bring back, in order. */
  payloads: string[];
  metadata: string | null;
  /** The message as it came. */
  message: unknown;
}

/** One call that is not a message: tokens, sender actions, profile, subscriptions. */
export interface RecordedCall {
  at: string;
  name: string;
  account: string;
  body: unknown;
}

interface Grant {
  oaId: string;
  appId: string;
  isSpent: boolean;
}

interface AccessToken {
  oaId: string;
  appId: string;
  expiresAtMs: number;
  isDead: boolean;
}

/** What both platforms remember. */
export interface PlatformState {
  sent: SentMessage[];
  calls: RecordedCall[];
  faults: Fault[];
  clockOffsetMs: number;
  nextNumber: number;
  grants: Map<string, Grant>;
  accessTokens: Map<string, AccessToken>;
  codes: Map<string, { appId: string; oaId: string; challenge: string | null; expiresAtMs: number }>;
  oas: Map<string, { appId: string; appSecret: string; name: string }>;
  pages: Map<string, { pageToken: string; appId?: string | undefined; appSecret?: string | undefined }>;
  /** Last act by citizen; someone never heard of is taken to have just written. */
  lastActMs: Map<string, number>;
  blocked: Set<string>;
  zaloSendsPerMinute: number;
  zaloSendsInMinute: { minute: number; count: number };
  profiles: Map<string, unknown>;
  subscriptions: Map<string, string[]>;
}

export function createPlatformState(): PlatformState {
  return {
    sent: [],
    calls: [],
    faults: [],
    clockOffsetMs: 0,
    nextNumber: 1,
    grants: new Map(),
    accessTokens: new Map(),
    codes: new Map(),
    oas: new Map(),
    pages: new Map(),
    lastActMs: new Map(),
    blocked: new Set(),
    zaloSendsPerMinute: 0,
    zaloSendsInMinute: { minute: 0, count: 0 },
    profiles: new Map(),
    subscriptions: new Map(),
  };
}

/** The platform's clock: the machine's, moved by `advanceMs`. */
export function nowMs(state: PlatformState): number {
  return Date.now() + state.clockOffsetMs;
}

/** A name that no earlier call of this state gave. */
export function newName(state: PlatformState, kind: string): string {
  const number = state.nextNumber;
  state.nextNumber += 1;
  return `${kind}-${number}`;
}

/** Whether the citizen acted within `windowMs`; the first message to a citizen counts as an answer to an act. */
export function isInWindow(state: PlatformState, userId: string, windowMs: number): boolean {
  const last = state.lastActMs.get(userId);
  if (last === undefined) state.lastActMs.set(userId, nowMs(state));
  return last === undefined || nowMs(state) - last <= windowMs;
}

export function recordSent(state: PlatformState, message: Omit<SentMessage, 'sequence' | 'at'>): void {
  state.sent.push({ sequence: state.sent.length + 1, at: new Date(nowMs(state)).toISOString(), ...message });
}

export function recordCall(state: PlatformState, name: string, account: string, body: unknown): void {
  state.calls.push({ at: new Date(nowMs(state)).toISOString(), name, account, body });
}

/** The fault that hits this call, used up by one. */
export function takeFault(
  state: PlatformState,
  point: FaultPoint,
  userId: string | undefined,
): Fault | undefined {
  const fault = state.faults.find(
    (one) => one.on === point && (one.user === undefined || one.user === userId),
  );
  if (fault === undefined) return undefined;
  fault.times -= 1;
  if (fault.times === 0) state.faults.splice(state.faults.indexOf(fault), 1);
  return fault;
}

/** Carries out a control command. Throws ZodError when it holds anything unknown. */
export function applyControl(state: PlatformState, input: unknown): void {
  const command = controlSchema.parse(input);
  if (command.reset === true) Object.assign(state, createPlatformState());
  if (command.expireTokens === true) for (const token of state.accessTokens.values()) token.isDead = true;
  if (command.revokeGrants === true) for (const grant of state.grants.values()) grant.isSpent = true;
  for (const { oaId, appId, appSecret, refreshToken, name = 'OA' } of command.oas ?? []) {
    state.oas.set(oaId, { appId, appSecret, name });
    if (refreshToken !== undefined) state.grants.set(refreshToken, { oaId, appId, isSpent: false });
  }
  for (const { pageId, ...page } of command.pages ?? []) state.pages.set(pageId, page);
  if (command.clearFaults === true) state.faults = [];
  if (command.fault !== undefined) state.faults.push(command.fault);
  state.clockOffsetMs += command.advanceMs ?? 0;
  for (const userId of command.interacted ?? []) state.lastActMs.set(userId, nowMs(state));
  for (const userId of command.blocked ?? []) state.blocked.add(userId);
  if (command.zaloSendsPerMinute !== undefined) state.zaloSendsPerMinute = command.zaloSendsPerMinute;
}
