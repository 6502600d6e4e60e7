import { hash, verify } from '@node-rs/argon2';
import type { PasswordHasher } from '../services.ts';

/** OWASP's first choice for argon2id, which is the library's default kind: 19 MiB, two passes, one lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** A hash of nobody's password, for accounts that do not exist or have none. */
const nobody = hash('nobody has this password', cost);

/** argon2id on the thread pool. */
export const passwordHasher: PasswordHasher = {
  hash: (password) => hash(password, cost),
  async verify(stored, password) {
    const isRight = await verify(stored ?? (await nobody), password);
    return stored !== null && isRight;
  },
};
