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

const unreadable = ['yaml-syntax', 'schema', 'file-missing'];

/** Findings in their order, but first those of files that could not be read: much else follows from them. */
export function causesFirst(findings: readonly Finding[]): Finding[] {
  const isCause = ({ code }: Finding) => unreadable.includes(code);
  return [...findings.filter(isCause), ...findings.filter((finding) => !isCause(finding))];
}
