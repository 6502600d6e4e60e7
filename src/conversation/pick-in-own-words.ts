import type { Option } from '../core/session.ts';
import type { Understood } from '../core/understood.ts';
import { isWhich } from './ask-which.ts';
import { decodeChoice } from './payload.ts';
import { findPhrases, readTokens } from './phrases.ts';
import type { Turn } from './turn.ts';

/** An answer to "which of these" is short; a longer message says something of its own. */
const wordsAtMost = 12;
/** How likely an offered topic must be, and how much likelier than the next offered one, to be what is meant. */
const leastScore = 0.15;
const leastLead = 3;

/**
 * The offered topic that an answer in the citizen's own words means: "lần đầu thôi", "bản giấy", "chồng em người Hàn".
 * Undefined when no question is open, or the answer fits none or several of the options.
 */
export function pickInOwnWords(turn: Turn, words: string, understood: Understood): Option | undefined {
  const { question, options } = turn.session;
  if (question === null || !isWhich(question)) return undefined;
  if (readTokens(words).length > wordsAtMost) return undefined;
  const isWholeQuestion = understood.decision === 'answer' && understood.aspect !== null;
  // A whole question of its own asks for its own part, not for the part that was asked before.
  const isOther = isWholeQuestion && understood.aspect !== question.aspect;
  const byTitle = pickByTitle(turn, words, options, isOther);
  if (byTitle !== undefined || isWholeQuestion) return byTitle;
  // Among mere guesses a message that is not clear by itself picks none.
  const isGuess = question.kind === 'clarify' && understood.decision !== 'answer';
  return isGuess ? undefined : pickByMeaning(options, understood);
}

/**
 * The only option whose title holds all that was said, or, unless that is a question of its own, all of whose title was
 * said; words of politeness aside.
 */
function pickByTitle(
  turn: Turn,
  words: string,
  options: readonly Option[],
  isOtherQuestion: boolean,
): Option | undefined {
  const said = contentWords(turn, words);
  if (said.size === 0) return undefined;
  const fitting = options.filter(({ title }) => {
    const named = contentWords(turn, title);
    return named.size > 0 && (said.isSubsetOf(named) || (!isOtherQuestion && named.isSubsetOf(said)));
  });
  return fitting.length === 1 ? fitting[0] : undefined;
}

/** The words of a text that are no fillers, without marks. */
export function contentWords(turn: Turn, text: string): Set<string> {
  const tokens = readTokens(text);
  const fillers = findPhrases(turn.t, tokens, 'filler');
  return new Set(
    tokens
      .filter((_, at) => !fillers.some(({ start, end }) => start <= at && at < end))
      .map(({ folded }) => folded),
  );
}

function pickByMeaning(options: readonly Option[], understood: Understood): Option | undefined {
  if (understood.confusable !== null) return undefined;
  const [first] = understood.candidates;
  const offered = options.flatMap((option) => {
    const choice = decodeChoice(option.payload);
    const topic = choice !== undefined && 'topic' in choice ? choice.topic : undefined;
    const score = understood.candidates.find((candidate) => candidate.topic === topic)?.score ?? 0;
    return topic === undefined ? [] : [{ option, topic, score }];
  });
  const [best, next] = offered.sort((one, other) => other.score - one.score);
  if (best === undefined || best.topic !== first?.topic || best.score < leastScore) return undefined;
  return best.score >= leastLead * (next?.score ?? 0) ? best.option : undefined;
}
