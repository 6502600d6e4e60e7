import type { SendResult } from '../../core/ports.ts';

/** What an error code of the OpenAPI host means for the message, and what the operator must do about it, if anything. */
export interface ZaloRefusalMeaning {
  result: SendResult | 'renew-token';
  advice?: string;
}

/** How long a unit rests after a refusal that only a person can lift; the queue keeps its messages meanwhile. */
const restMs = 15 * 60_000;
const oneMinuteMs = 60_000;
const vietnamOffsetMs = 7 * 3_600_000;

const accountAdvice: Record<number, string> = {
  [-204]: 'Zalo says that the OA was deleted: check oa_id in the unit file and the OA itself.',
  [-205]: 'Zalo does not know the OA: check oa_id in the unit file.',
  [-209]: 'The Zalo app is not activated: activate it on developers.zalo.me.',
  [-211]: 'The OA has used up its quota for this feature: check its package on oa.zalo.me.',
  [-212]: 'The API is not registered for the Zalo app: register it on developers.zalo.me.',
  [-219]: 'The Zalo app was removed or disabled: check it on developers.zalo.me.',
  [-221]: 'The OA is not verified: have it verified on oa.zalo.me.',
  [-223]: 'The OA has not granted this API to the app: run the consent again (zalo authorize).',
  [-224]: 'The package of the OA is too low for this API: check it on oa.zalo.me.',
  [-235]: 'This API does not support the kind of this OA: ask Zalo which package or API a state body needs.',
  [-242]: 'The Zalo app demands appsecret_proof: switch that off in the console of the app.',
  [-311]: 'The OA has used up its quota of replies: check its package on oa.zalo.me.',
  [-320]: 'The OA has no billing account: connect one on oa.zalo.me.',
  [-321]: 'The billing account of the OA is empty: top it up.',
};

const windowClosed = new Set([-230, -232, -305]);
const undeliverable = new Set([-213, -217, -218, -227, -244]);
const tokenRejected = new Set([-124, -216, -220]);

/** Reads an error code by the table in Zalo's documentation of error codes. `now` dates the waits. */
export function readZaloRefusal(errorCode: number, now: Date): ZaloRefusalMeaning {
  const code = String(errorCode);
  const advice = accountAdvice[errorCode];
  if (advice !== undefined)
    return { result: { status: 'retry', code, afterMs: restMs, scope: 'unit' }, advice };
  if (tokenRejected.has(errorCode)) return { result: 'renew-token' };
  if (windowClosed.has(errorCode)) return { result: { status: 'window-closed', code } };
  if (undeliverable.has(errorCode)) return { result: { status: 'undeliverable', code } };
  switch (errorCode) {
    case -32:
      // The limit is counted by the minute.
      return { result: { status: 'retry', code, afterMs: msToNextMinute(now), scope: 'unit' } };
    case -200:
      return { result: { status: 'retry', code, scope: 'message' } };
    case -234:
      return { result: { status: 'retry', code, afterMs: msToVietnamMorning(now), scope: 'message' } };
    case -248:
      return {
        result: { status: 'refused', code },
        advice: 'Zalo says that a reply breaks its content standards: review the text of the answer.',
      };
    default:
      return {
        result: { status: 'refused', code },
        advice: `Zalo refused a message with code ${code}: look the code up in the documentation of the OA API.`,
      };
  }
}

function msToNextMinute(now: Date): number {
  return oneMinuteMs - (now.getTime() % oneMinuteMs);
}

/** Messages of some classes are refused from 22:00 to 06:00 in Vietnam. */
function msToVietnamMorning(now: Date): number {
  const dayMs = 24 * 3_600_000;
  const sinceMidnightMs = (now.getTime() + vietnamOffsetMs) % dayMs;
  const morningMs = 6 * 3_600_000;
  return (morningMs - sinceMidnightMs + dayMs) % dayMs;
}
