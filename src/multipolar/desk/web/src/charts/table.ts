// The table that stands for a chart: shown, sorted, and written as CSV.

export type Cell = string | number | null
export type Column = { label: string; digits?: number; signed?: boolean }
/** `pick`: what choosing the row selects, if anything. */
export type Row = { key: string; cells: Cell[]; pick?: string }
export type Table = { caption: string; columns: Column[]; rows: Row[] }
export type Order = { column: number; descending: boolean }

/** Columns with digits hold numbers; the others words. */
export const isNumeric = (column: Column): boolean => column.digits !== undefined

/** Rows in an order; what is missing comes last either way. */
export function sorted(rows: Row[], order: Order | null, locale: string): Row[] {
  if (!order) return rows
  const sign = order.descending ? -1 : 1
  return [...rows].sort((one, other) => compared(one.cells[order.column], other.cells[order.column], sign, locale))
}

function compared(one: Cell | undefined, other: Cell | undefined, sign: number, locale: string): number {
  if (one == null || other == null) return Number(one == null) - Number(other == null)
  if (typeof one === 'number' && typeof other === 'number') return sign * (one - other)
  return sign * String(one).localeCompare(String(other), locale)
}

/** RFC 4180, after lines that say what it is, each behind a hash sign. */
export function csvOf(table: Table, preamble: string[]): string {
  const head = preamble.filter(Boolean).map((line) => `# ${line.replaceAll(/\s+/g, ' ')}`)
  const labels = table.columns.map((column) => written(column.label)).join(',')
  const body = table.rows.map((row) => row.cells.map(written).join(','))
  return [...head, labels, ...body].join('\r\n') + '\r\n'
}

function written(cell: Cell): string {
  if (cell === null) return ''
  if (typeof cell === 'number') return Number.isFinite(cell) ? String(cell) : ''
  // A spreadsheet would take a text that begins like this for a formula.
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
