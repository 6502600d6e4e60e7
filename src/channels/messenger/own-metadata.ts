/** Comes back in the echo of a message and tells that it was ours. */
const prefix = 'tt:';

/** The metadata of one of our messages: it names the answered interaction, so that a doubtful send can be settled. */
export function writeOwnMetadata(interactionId: string, part: number): string {
  return `${prefix}${interactionId}:${part}`;
}

export function isOwnMetadata(metadata: string | undefined): boolean {
  return metadata?.startsWith(prefix) === true;
}
