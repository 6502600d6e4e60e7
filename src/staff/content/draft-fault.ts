import { AppError } from '../../core/errors.ts';
import type { Faults } from '../form.ts';
import type { UnitContext } from '../route.ts';

/** What the desk says against a draft, for the top of the form; anything else is thrown on. */
export function explainDraftFault(error: unknown, { t }: UnitContext): Faults {
  if (!(error instanceof AppError) || error.code !== 'invalid-input') throw error;
  return { '': t('staff-content:fault.draft', { details: error.message.split('\n').slice(0, 5).join('; ') }) };
}
