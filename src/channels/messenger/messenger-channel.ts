import { AppError } from '../../core/errors.ts';
import type { Channel } from '../../core/ports.ts';
import type { RaiseAlarm } from '../shared/alarm.ts';
import { createMessengerClient } from './client.ts';
import type { MessengerMessageBody } from './format.ts';
import { formatForMessenger } from './format.ts';
import { messengerInvitation } from './invite.ts';
import type { MessengerUnit } from './messenger-unit.ts';
import { indexMessengerUnits } from './messenger-unit.ts';
import { writeOwnMetadata } from './own-metadata.ts';
import { parseMessengerDelivery } from './parse.ts';
import type { PageProfile } from './set-up-page.ts';
import { findMissingFields, setUpPage, subscribePage } from './set-up-page.ts';
import type { SignedRequest } from './signed-request.ts';
import { readSignedRequest } from './signed-request.ts';
import { answerMessengerChallenge, verifyMessengerDelivery } from './verify.ts';

/** Automated messages may be sent for 24 hours after the person's last act. */
const replyWindowMs = 24 * 3_600_000;
/** Above 40 a second the Page's inbox stops working; half of that leaves room for a process that has lost Redis. */
const sends = { messages: 20, seconds: 1 };
const defaultTimeoutMs = 10_000;

export interface MessengerChannelOptions {
  units: readonly MessengerUnit[];
  /** https://graph.facebook.com */
  graphUrl: string;
  /** Told when a person must act; may be told the same thing again. */
  raiseAlarm: RaiseAlarm;
  /** Time limit of one call; ten seconds unless said otherwise. */
  timeoutMs?: number;
}

export interface MessengerChannel extends Channel {
  answerChallenge(query: URLSearchParams): string | undefined;
  acknowledge(unitId: string, userId: string): Promise<void>;
  handOver(unitId: string, userId: string): Promise<boolean>;
  takeOver(unitId: string, userId: string): Promise<boolean>;
  /** Checks a request for deletion or deauthorisation; undefined when it is not signed by one of our apps. */
  readSignedRequest(signedRequest: string): SignedRequest | undefined;
  /** Writes greeting, Get Started, ice breakers and menu of a unit's Page. Throws AppError. */
  setUpPage(unitId: string, profile: PageProfile): Promise<void>;
  /** The webhook fields that the Page does not send us. Throws AppError. */
  findMissingFields(unitId: string): Promise<string[]>;
  /** Subscribes the app to the Page. Throws AppError. */
  subscribePage(unitId: string): Promise<void>;
}

/** Facebook Pages on Messenger as a channel. Throws AppError `configuration` when the units contradict each other. */
export function createMessengerChannel(options: MessengerChannelOptions): MessengerChannel {
  const units = indexMessengerUnits(options.units);
  const client = createMessengerClient({
    graphUrl: options.graphUrl.replace(/\/+$/, ''),
    raiseAlarm: options.raiseAlarm,
    timeoutMs: options.timeoutMs ?? defaultTimeoutMs,
  });

  function unitOf(unitId: string): MessengerUnit {
    const unit = units.byUnitId.get(unitId);
    if (unit === undefined)
      throw new AppError('not-found', `Unit ${unitId} has no Messenger Page in its file.`);
    return unit;
  }

  return {
    name: 'messenger',
    invite(unitId, code) {
      const unit = units.byUnitId.get(unitId);
      return unit === undefined ? undefined : messengerInvitation(unit.pageId, code);
    },
    replyWindowMs,
    sendLimit: { ...sends, keyOf: (unitId) => unitOf(unitId).pageId },
    verify: (rawBody, headers) => verifyMessengerDelivery(units, rawBody, headers),
    parse: (rawBody, receivedAt) => parseMessengerDelivery(units, rawBody, receivedAt),
    format: formatForMessenger,
    send: async (message, signal) =>
      client.send(
        unitOf(message.unitId),
        message.userId,
        message.body as MessengerMessageBody,
        writeOwnMetadata(message.interactionId, message.part),
        signal,
      ),
    acknowledge: async (unitId, userId) => client.acknowledge(unitOf(unitId), userId),
    answerChallenge: (query) => answerMessengerChallenge(units, query),
    handOver: async (unitId, userId) => client.passToInbox(unitOf(unitId), userId),
    takeOver: async (unitId, userId) => client.takeFromInbox(unitOf(unitId), userId),
    readSignedRequest: (signedRequest) =>
      readSignedRequest(signedRequest, [...new Set(units.all.map((unit) => unit.appSecret))]),
    setUpPage: async (unitId, profile) => setUpPage(client, unitOf(unitId), profile),
    findMissingFields: async (unitId) => findMissingFields(client, unitOf(unitId)),
    subscribePage: async (unitId) => subscribePage(client, unitOf(unitId)),
  };
}
