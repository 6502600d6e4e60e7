import { describe, expect, it } from '@jest/globals';
import { createSecretBox } from '../../../src/privacy/secret-box.ts';

const box = createSecretBox(Buffer.alloc(32, 1));
const plain = Buffer.from('mã bí mật');

describe('secret box', () => {
  it('opens what it sealed, and seals the same thing differently each time', () => {
    const [one, two] = [box.seal(plain, 'a'), box.seal(plain, 'a')];
    expect(Buffer.from(one)).not.toEqual(Buffer.from(two));
    expect(Buffer.from(box.open(one, 'a'))).toEqual(plain);
    expect(Buffer.from(box.open(box.seal(Buffer.alloc(0), 'a'), 'a'))).toHaveLength(0);
  });

  it('opens nothing under another key, in another context, or after any change', () => {
    const sealed = Buffer.from(box.seal(plain, 'a'));
    expect(() => createSecretBox(Buffer.alloc(32, 2)).open(sealed, 'a')).toThrow(/SECRET_KEY/);
    expect(() => box.open(sealed, 'b')).toThrow(/SECRET_KEY/);
    for (let place = 0; place < sealed.length; place += 1) {
      const changed = Buffer.from(sealed);
      changed[place] = (changed[place] ?? 0) ^ 1;
      expect(() => box.open(changed, 'a')).toThrow(/SECRET_KEY/);
      expect(() => box.open(sealed.subarray(0, place), 'a')).toThrow(/SECRET_KEY/);
    }
  });
});
