import type { SendResult } from '../../core/ports.ts';

/** What a Graph error means for the message, and what the operator must do about it, if anything. */
export interface GraphRefusalMeaning {
  result: SendResult;
  advice?: string;
}

const oneMinuteMs = 60_000;
const oneHourMs = 60 * oneMinuteMs;

const windowClosed = new Set([2018278, 2534022, 2018065]);
const throttled = new Set([4, 17, 341, 613]);
const temporary = new Set([1, 2, 1200]);

/**
 * Reads an error by code and subcode, never by its text, after Meta's list of error codes. `retryAfterMs` is what the
 * answer's header asks for.
 */
export function readGraphRefusal(
  errorCode: number,
  subcode: number | undefined,
  httpStatus: number,
  retryAfterMs: number | undefined,
): GraphRefusalMeaning {
  const code = subcode === undefined ? String(errorCode) : `${errorCode}/${subcode}`;
  const unitWaits = (afterMs: number, advice?: string): GraphRefusalMeaning => ({
    result: { status: 'retry', code, afterMs: retryAfterMs ?? afterMs, scope: 'unit' },
    ...(advice === undefined ? {} : { advice }),
  });
  const refused = (advice?: string): GraphRefusalMeaning => ({
    result: { status: 'refused', code },
    ...(advice === undefined ? {} : { advice }),
  });
  const undeliverable: GraphRefusalMeaning = { result: { status: 'undeliverable', code } };

  switch (subcode) {
    case 1357046:
      // Meta's list: all messages went out and an error came back.
      return { result: { status: 'unknown', code } };
    case 2018300:
      // Another app controls the conversation: a person is answering.
      return refused();
    case 2018321:
      // Messenger's own question flow is running.
      return { result: { status: 'retry', code, afterMs: oneMinuteMs / 2, scope: 'message' } };
    case 2018338:
      return unitWaits(oneMinuteMs, 'Meta warns of abuse of message tags: check what is sent for this Page.');
    case 1893063:
      return unitWaits(oneHourMs, 'Meta has restricted the Page for a time: open its support inbox.');
    case 2018108:
    case 1545041:
      return undeliverable;
    case 2018001:
      return refused(
        'Meta knows no such person for this Page: check that page_id and the page token belong together.',
      );
    case 2018028:
      return refused('The app may only write to its testers: have pages_messaging approved (App Review).');
    default:
      break;
  }
  if (subcode !== undefined && windowClosed.has(subcode))
    return { result: { status: 'window-closed', code } };
  if (throttled.has(errorCode) || httpStatus === 429) return unitWaits(oneMinuteMs);
  if (temporary.has(errorCode)) return { result: { status: 'retry', code, scope: 'message' } };
  switch (errorCode) {
    case 551:
      return undeliverable;
    case 190:
      return unitWaits(
        5 * oneMinuteMs,
        'Meta rejects the page token: create a new one and set the variable that the unit names.',
      );
    case 368:
      return unitWaits(
        oneHourMs,
        'Meta has blocked sending for policy reasons: open the support inbox of the Page.',
      );
    case 2018300:
      return refused();
    case 10:
    case 200:
      return refused('Meta says that the app lacks a permission: check pages_messaging and the page token.');
    default:
      return refused(
        `Meta refused a message with code ${code}: look the code up in Messenger's error codes.`,
      );
  }
}
