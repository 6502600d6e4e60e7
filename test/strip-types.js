import { stripTypeScriptTypes } from 'node:module';

/** Jest transformer: removes types in place, so line numbers in failures are those of the source. */
export default {
  process: (source) => ({ code: stripTypeScriptTypes(source) }),
};
