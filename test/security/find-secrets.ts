import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** A place in the project that looks like a secret somebody meant to keep. */
export interface SecretFinding {
  file: string;
  line: number;
  kind: string;
}

const kinds: readonly [kind: string, pattern: RegExp][] = [
  ['private key', /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/],
  ['Meta access token', /\bEAA[A-Za-z0-9]{40,}/],
  ['GitHub token', /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{50,})/],
  ['AWS key', /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/],
  ['Google key', /\bAIza[A-Za-z0-9_-]{35}\b/],
  ['JSON web token', /\beyJ[A-Za-z0-9_-]{15,}\.eyJ[A-Za-z0-9_-]{15,}\./],
  ['password in an address', /\b(?:postgres(?:ql)?|rediss?|https?):\/\/[^\s:@/$<{'"`]+:[^\s@/$<{'"`]{4,}@/],
  [
    'secret given a value',
    /\b[A-Z0-9_]*(?:SECRET|PASSWORD|TOKEN)[A-Z0-9_]*\s*[=:]\s*['"]?(?=[A-Za-z0-9+/_-]*\d)(?=[A-Za-z0-9+/_-]*[A-Za-z])[A-Za-z0-9+/_-]{24,}/,
  ],
];

const largestBytes = 2_000_000;
const skipped = /^package-lock\.json$|\.(?:png|jpg|ico|bin|woff2?|ttf)$/;

/** Looks through every file that git knows. */
export function findSecrets(root: string): SecretFinding[] {
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: root, maxBuffer: 64 * 1024 * 1024 })
    .toString('utf8')
    .split('\0')
    .filter((file) => file !== '' && !skipped.test(file));
  return files.flatMap((file) => {
    const path = join(root, file);
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? Number.POSITIVE_INFINITY;
    return size > largestBytes ? [] : findSecretsIn(readFileSync(path, 'utf8'), file);
  });
}

export function findSecretsIn(text: string, file: string): SecretFinding[] {
  return text
    .split('\n')
    .flatMap((line, index) =>
      kinds.flatMap(([kind, pattern]) => (pattern.test(line) ? [{ file, line: index + 1, kind }] : [])),
    );
}

if (process.argv[1] === import.meta.filename) {
  const found = findSecrets(resolve(import.meta.dirname, '../..'));
  for (const { file, line, kind } of found) console.log(`${file}:${line} ${kind}`);
  process.exitCode = found.length > 0 ? 1 : 0;
}
