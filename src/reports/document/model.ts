/** A cell: text, a number, or nothing known. */
export type Cell = string | number | null;

/** How a column's values are shown and typed. `order` numbers the rows. `share` holds 0 to 1; `change` holds -1 and above, with a sign. */
export type ColumnKind = 'text' | 'order' | 'count' | 'share' | 'change' | 'day';

export interface Column {
  title: string;
  kind: ColumnKind;
  /** Part of the table's width, in percent; all of a table add up to 100. */
  width: number;
}

export interface Table {
  /** Stable word, unique in the document: names sheets. */
  id: string;
  title: string;
  columns: readonly Column[];
  rows: readonly (readonly Cell[])[];
  /** Shown below. */
  note?: string;
  /** What its columns take together in a spreadsheet, in characters; as much as a landscape page where it is not said. */
  sheetWidth?: number;
}

/** Bars in order, one number each. */
export interface Chart {
  title: string;
  bars: readonly { label: string; value: number }[];
}

export type Block =
  | { kind: 'section'; text: string }
  | { kind: 'clause'; text: string }
  | { kind: 'paragraph'; text: string }
  | { kind: 'note'; text: string }
  | { kind: 'table'; table: Table }
  | { kind: 'chart'; chart: Chart };

export interface Annex {
  title: string;
  blocks: readonly Block[];
}

/** A report free of any file format: what stands where. All texts are ready to show. */
export interface ReportDocument {
  superior: string | null;
  issuer: string;
  number: string;
  placeDate: string;
  title: string;
  /** Lines as they are printed. */
  addressees: readonly string[];
  opening: string;
  body: readonly Block[];
  closing: string;
  recipients: readonly string[];
  signer: readonly string[];
  signerName: string;
  /** `(Kèm theo Báo cáo số …)`, below each annex's title. */
  annexOf: string;
  annexes: readonly Annex[];
  /** Tables that are too long for paper: for spreadsheets only. */
  sheets: readonly Table[];
  /** The file that it is poured into; null for the one that comes with the program. */
  template: string | null;
  /** One paragraph for the larger report. */
  extract: string;
}
