/** A press on a button arrives as typed text; this prefix is what tells it from a citizen's words. */
const pressPrefix = '#tt:';
/** Longest payload of a button, prefix included. */
const payloadLimitChars = 1000;

/** The payload as it travels in a button; undefined when it is too long for one. */
export function wrapPressPayload(payload: string): string | undefined {
  const wrapped = pressPrefix + payload;
  return wrapped.length <= payloadLimitChars ? wrapped : undefined;
}

/** The payload of a press; undefined when the text is something a citizen typed. */
export function unwrapPressPayload(text: string): string | undefined {
  const trimmed = text.trim();
  return trimmed.startsWith(pressPrefix) && trimmed.length > pressPrefix.length
    ? trimmed.slice(pressPrefix.length)
    : undefined;
}
