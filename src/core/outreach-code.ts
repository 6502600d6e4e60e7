/** None that print confuses (0 o, 1 l i), none that typing Vietnamese turns into something else (vowels, d, w). */
const alphabet = 'bcghkmnpqtvz23456789';
const length = 7;

/** Makes the code of an outreach item from random bytes, at least 7: `tt` and 7 further characters. */
export function makeOutreachCode(random: Uint8Array): string {
  return `tt${[...random.slice(0, length)].map((byte) => alphabet[byte % alphabet.length]).join('')}`;
}

const form = new RegExp(`^tt[${alphabet}]{${length}}$`);

/** Reads a code as a link holds it or a person types it (capitals, gaps); undefined when it is none. */
export function readOutreachCode(text: string): string | undefined {
  if (text.length > 40) return undefined;
  const code = text.toLowerCase().replace(/[\s.,\-_"'“”]+/g, '');
  return form.test(code) ? code : undefined;
}
