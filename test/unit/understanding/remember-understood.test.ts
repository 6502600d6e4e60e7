import { describe, expect, it } from '@jest/globals';
import { rememberUnderstood } from '../../../src/understanding/remember-understood.ts';
import { loadModel } from '../../support/model.ts';

describe('rememberUnderstood', () => {
  it('gives what the understanding gives, for each context its own', () => {
    const model = loadModel();
    const remembering = rememberUnderstood(model);
    const contexts = [
      undefined,
      { topic: 'birth-registration', aspect: null },
      { topic: 'temporary-residence', aspect: 'fee' as const },
    ];
    for (const text of ['bao nhiêu tiền', 'lam giay khai sinh', 'bao nhiêu tiền', 'x'.repeat(400)]) {
      for (const context of contexts) {
        const meant = remembering.understand(text, context);
        expect(meant).toEqual(model.understand(text, context));
        expect(remembering.understand(text, context)).toEqual(meant);
      }
    }
    expect(remembering.version).toBe(model.version);
  });
});
