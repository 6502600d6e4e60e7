/**
 * CSV (RFC 4180) that spreadsheets open as it is meant: a byte order mark so that Vietnamese is read as UTF-8, and an
 * apostrophe before text that a spreadsheet would run as a formula.
 */
export function formatCsv(rows: readonly (readonly (string | number)[])[]): string {
  return `\ufeff${rows.map((row) => row.map(formatCell).join(',')).join('\r\n')}\r\n`;
}

const startsFormula = /^[=+\-@\t\r]/;

function formatCell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const safe = startsFormula.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
