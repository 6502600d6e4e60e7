import writeXlsxFile, { type CellObject, type SheetData } from 'write-excel-file/node';

/** What a cell may hold at most. */
const cellLimit = 32_000;
const columnWidth = 24;

/** A workbook of one sheet of texts. A cell of type text is never run as a formula, whatever it begins with. */
export async function writeSheet(
  name: string,
  header: readonly string[],
  rows: readonly (readonly string[])[],
): Promise<Uint8Array> {
  const data: SheetData = [
    header.map((value): CellObject => ({ value, type: String, fontWeight: 'bold' })),
    ...rows.map((row) =>
      row.map((value): CellObject => ({
        value: value.slice(0, cellLimit),
        type: String,
        wrap: true,
        alignVertical: 'top',
      })),
    ),
  ];
  const columns = header.map(() => ({ width: columnWidth }));
  const file = writeXlsxFile([{ data, sheet: name, columns, stickyRowsCount: 1 }], {});
  return new Uint8Array(await file.toBuffer());
}
