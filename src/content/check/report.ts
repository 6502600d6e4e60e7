import type { Finding } from '../finding.ts';

type Place = Pick<Finding, 'file' | 'line'>;

/** A fault that must be mended before the content may be published. */
export function error(code: string, place: Place, message: string, fix: string): Finding {
  return { code, severity: 'error', file: place.file, line: place.line, message, fix };
}

/** Something for an editor to look at. */
export function warning(code: string, place: Place, message: string, fix: string): Finding {
  return { ...error(code, place, message, fix), severity: 'warning' };
}

/** A text short enough for one line of a finding. */
export function quote(text: string): string {
  const line = text.replace(/\s+/gu, ' ').trim();
  return `"${line.length <= 90 ? line : `${line.slice(0, 89)}…`}"`;
}
