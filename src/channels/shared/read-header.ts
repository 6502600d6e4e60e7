import type { Headers } from '../../core/ports.ts';

/** The one value of a header; undefined when it is absent, empty or given several times. */
export function readHeader(headers: Headers, name: string): string | undefined {
  const value = headers[name];
  const only = Array.isArray(value) && value.length === 1 ? value[0] : value;
  return typeof only === 'string' && only !== '' ? only : undefined;
}
