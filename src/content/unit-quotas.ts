import type { Unit } from './library.ts';
import type { ReportPreset } from './load-report-presets.ts';

/** A minimum of communication acts that a plan asks of a unit. */
export interface UnitQuota {
  /** Kind of item in the outreach register. */
  kind: string;
  per: 'week' | 'month' | 'quarter';
  atLeast: number;
}

/** What the unit's file asks for, else its plan; what a plan asks of particular other offices is left out. */
export function unitQuotas({ report }: Unit, presets: ReadonlyMap<string, ReportPreset>): UnitQuota[] {
  const preset = report.preset === undefined ? undefined : presets.get(report.preset);
  const quotas = report.quotas ?? preset?.quotas.filter(({ who }) => who === undefined) ?? [];
  return quotas.map(({ kind, per, at_least: atLeast }) => ({ kind, per, atLeast }));
}
