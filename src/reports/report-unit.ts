import type { CutOff, Period } from './period.ts';

/** A minimum of communication acts that a plan asks for. */
export interface Quota {
  /** Kind of item in the outreach register. */
  kind: string;
  per: 'week' | 'month' | 'quarter';
  atLeast: number;
}

/** How a unit's report looks on paper: what stands around the figures. */
export interface ReportForm {
  /** The body above the one that issues, if any; capitals. */
  superior: string | null;
  /** The issuing body; capitals. */
  issuer: string;
  /** The same body as a sentence names it. */
  issuerName: string;
  /** Place before the date. */
  place: string;
  /** Symbol after the number, e.g. `BC-UBND`. */
  symbol: string;
  addressees: readonly string[];
  recipients: readonly string[];
  /** Lines above the signature, from the top. */
  signer: readonly string[];
  signerName: string | null;
  /** The plan that the report answers. */
  plan: string | null;
  /** Title under "BÁO CÁO"; `{period}` stands for the period in words. */
  title: string;
  /** What the larger report is that this one is a part of. */
  partOf: string | null;
  quotas: readonly Quota[];
  /** File of the folder of templates; null for the one that comes with the program. */
  template: string | null;
}

/** What reports need to know of a unit. */
export interface ReportUnit {
  id: string;
  name: string;
  province: string;
  cutOff: CutOff;
  /** Day of the period's last month by which the report is due; undefined when no plan names one. */
  dueDay: number | undefined;
  /** Kinds of periods that the unit's plan asks for. */
  periods: readonly Period['kind'][];
  form: ReportForm;
  /** Addresses that are reminded before a report is due. */
  remind: readonly string[];
}
