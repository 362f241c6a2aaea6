import type { Brief, BriefCell } from '../api/types'

export type Show = 'percent' | 'billions'

/** The largest change of a table, which the strongest colour stands for. */
export function largest(brief: Brief, show: Show): number {
  const cells = brief.scenarios.flatMap((row) => row.cells).filter((cell): cell is BriefCell => cell !== null)
  return Math.max(0, ...cells.map((cell) => Math.abs(show === 'percent' ? cell.percent : cell.billions)))
}
