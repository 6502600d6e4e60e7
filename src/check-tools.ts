import type { CheckTools } from './content/check/check-input.ts';
import { normaliseText } from './text/normalise.ts';
import { tokenise } from './text/tokenise.ts';
import { intentSchema } from './understanding/intent-schema.ts';
import {
  aspectsSchema,
  confusableSchema,
  lexiconSchema,
  outOfScopeSchema,
  sensitiveSchema,
  smalltalkSchema,
} from './understanding/rule-schemas.ts';

/** What the linter needs of other rooms. `bubbleLimitChars`: the longest text that every channel shows in one bubble. */
export function createCheckTools(bubbleLimitChars: number): CheckTools {
  return {
    intentSchema,
    smalltalkSchema,
    confusableSchema,
    ruleSchemas: {
      _lexicon: lexiconSchema,
      aspects: aspectsSchema,
      sensitive: sensitiveSchema,
      'out-of-scope': outOfScopeSchema,
    },
    wordsOf: (text) => tokenise(normaliseText(text)).map((token) => token.folded),
    bubbleLimitChars,
  };
}
