import { compilePattern, type OutdatedClaimsFile } from '../outdated-claims-schema.ts';
import type { Finding } from '../finding.ts';
import { holdsOn } from '../validity.ts';
import { intersect, toPeriod } from '../period.ts';
import type { CheckInput } from './check-input.ts';
import { splitSentences, type CitizenText } from './citizen-texts.ts';
import { error, quote } from './report.ts';

type Claim = OutdatedClaimsFile['claims'][number];

/** An outdated claim that a text makes. */
export interface MadeClaim {
  claim: Claim;
  sentence: string;
  offset: number;
}

/** Compiles the list once; the result finds the claims that a text makes, in any language, whatever the day. */
export function createClaimFinder(file: OutdatedClaimsFile): (text: string) => MadeClaim[] {
  const history = file.history.map(compilePattern);
  const compiled = file.claims.map((claim) => ({
    claim,
    patterns: claim.patterns.map(compilePattern),
    unless: [...history, ...(claim.unless ?? []).map(compilePattern)],
  }));
  const judge = (sentence: string): Claim[] =>
    compiled
      .filter(({ patterns }) => patterns.some((pattern) => pattern.test(sentence)))
      .filter(({ unless }) => !unless.some((pattern) => pattern.test(sentence)))
      .map(({ claim }) => claim);
  // Many sentences are said under several topics.
  const judged = new Map<string, Claim[]>();
  return (text) =>
    splitSentences(text.normalize('NFC')).flatMap(({ text: sentence, offset }) => {
      const claims = judged.get(sentence) ?? judge(sentence);
      judged.set(sentence, claims);
      return claims.map((claim) => ({ claim, sentence, offset }));
    });
}

/** The claims that a text makes although they are wrong on that day. */
export function findClaimsOn(find: (text: string) => MadeClaim[], text: string, day: string): MadeClaim[] {
  return find(text).filter(({ claim }) => holdsOn(claim.wrong, day));
}

/** No text may make an outdated claim on a day on which it may be said and the claim is wrong. */
export function checkOutdatedClaims(input: CheckInput, texts: readonly CitizenText[]): Finding[] {
  const claims = input.claims.value;
  if (claims === undefined) return [];
  const find = createClaimFinder(claims);
  return texts.flatMap((text) =>
    find(text.text)
      .filter(({ claim }) => intersect(toPeriod(claim.wrong), text.period) !== undefined)
      .map(({ claim, sentence, offset }) =>
        error(
          'outdated-claim',
          { file: text.file, line: text.lineAt(offset) },
          `Câu lỗi thời ${claim.id} (${claim.says}): ${quote(sentence)}`,
          `Nói đúng: ${claim.instead}. Căn cứ: ${claim.basis}`,
        ),
      ),
  );
}
