import type { Finding } from '../finding.ts';
import { checkCatalogue } from './check-catalogue.ts';
import type { CheckInput } from './check-input.ts';
import { checkIntents } from './check-intents.ts';
import { checkLengths } from './check-lengths.ts';
import { checkLinks } from './check-links.ts';
import { checkLocales } from './check-locales.ts';
import { checkOutdatedClaims } from './check-outdated-claims.ts';
import { checkReferences } from './check-references.ts';
import { checkStyle } from './check-style.ts';
import { checkUpkeep } from './check-upkeep.ts';
import { checkValidity } from './check-validity.ts';
import { checkEncoding, checkLanguage, checkMarks } from './check-wording.ts';
import { listCitizenTexts } from './citizen-texts.ts';

/** Every fault of content/ and intents/, errors first within a file, by file and line. */
export function checkContent(input: CheckInput): Finding[] {
  const texts = listCitizenTexts(input);
  const findings = [
    ...input.findings.map(nameSourceFault),
    ...checkEncoding(input),
    ...checkReferences(input),
    ...checkLengths(input),
    ...checkMarks(texts),
    ...checkLanguage(texts),
    ...checkLinks(input, texts),
    ...checkValidity(input),
    ...checkOutdatedClaims(input, texts),
    ...checkLocales(input),
    ...checkIntents(input),
    ...checkCatalogue(input),
    ...checkUpkeep(input),
    ...checkStyle(input, texts),
  ];
  return findings.sort(
    (one, other) =>
      compare(one.file, other.file) || one.line - other.line || compare(one.severity, other.severity),
  );
}

/** A missing source or date is a fault of its own, not one of form: it is what a ward answers for. */
function nameSourceFault(finding: Finding): Finding {
  if (finding.code !== 'schema' || !/^(?:\S+\.)?sources\b/.test(finding.message)) return finding;
  return {
    ...finding,
    code: 'source-missing',
    fix: 'Ghi nguồn: id, kind, where (nơi thấy) và date (YYYY, YYYY-MM hoặc YYYY-MM-DD)',
  };
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
