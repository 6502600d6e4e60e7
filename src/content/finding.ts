/** One fault in content/ or intents/, for the editor who has to mend it. */
export interface Finding {
  /** Stable code, e.g. `too-long`. */
  code: string;
  severity: 'error' | 'warning';
  /** Path relative to the project. */
  file: string;
  line: number;
  /** What is wrong, in Vietnamese. */
  message: string;
  /** What to do. */
  fix: string;
}
