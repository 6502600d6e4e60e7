/** What the doctor found: fine, worth a look, or broken. */
export interface Finding {
  level: 'ok' | 'warning' | 'error';
  text: string;
}
