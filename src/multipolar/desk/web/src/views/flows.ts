// Who sells to whom: the largest by name, the rest together.
import type { TradeSeen } from '../api/types'

export const OTHERS = 'others'
export type Pair = { code: string; before: number; after: number }

/** The largest partners by what they trade before or after, and the others in one; sums are kept. */
export function largestAndOthers(partners: Pair[], most: number): Pair[] {
  const traded = partners.filter(({ before, after }) => before > 0 || after > 0)
  const ordered = [...traded].sort((one, other) => size(other) - size(one))
  const [named, rest] = [ordered.slice(0, most), ordered.slice(most)]
  if (rest.length === 0) return named
  return [
    ...named,
    {
      code: OTHERS,
      before: rest.reduce((sum, { before }) => sum + before, 0),
      after: rest.reduce((sum, { after }) => sum + after, 0),
    },
  ]
}

const size = ({ before, after }: Pair): number => Math.max(before, after)

export function suppliersOf(trade: TradeSeen, economy: string): Pair[] {
  const at = trade.countries.indexOf(economy)
  return trade.countries
    .map((code, exporter) => ({
      code,
      before: trade.before[exporter]?.[at] ?? 0,
      after: trade.after[exporter]?.[at] ?? 0,
    }))
    .filter(({ code }) => code !== economy)
}

export function buyersFrom(trade: TradeSeen, economy: string): Pair[] {
  const at = trade.countries.indexOf(economy)
  return trade.countries
    .map((code, importer) => ({
      code,
      before: trade.before[at]?.[importer] ?? 0,
      after: trade.after[at]?.[importer] ?? 0,
    }))
    .filter(({ code }) => code !== economy)
}

export type Matrix = { codes: string[]; before: (number | null)[][]; after: (number | null)[][] }

/**
 * Exporters by importers, in the order of the world, what is not kept summed into a last row and column. What a named
 * economy sells to itself is missing, not zero; `others` sell among each other.
 */
export function matrixOf(trade: TradeSeen, kept: Set<string>): Matrix {
  const named = trade.countries.filter((code) => kept.has(code))
  const hasOthers = named.length < trade.countries.length
  const codes = hasOthers ? [...named, OTHERS] : named
  const place = trade.countries.map((code) => (kept.has(code) ? named.indexOf(code) : named.length))
  const summed = (flows: number[][]) => {
    const made = codes.map((code, at) =>
      codes.map((_other, to): number | null => (at === to && code !== OTHERS ? null : 0)),
    )
    flows.forEach((row, exporter) =>
      row.forEach((flow, importer) => {
        const [from, to] = [place[exporter]!, place[importer]!]
        const former = made[from]?.[to]
        if (former != null) made[from]![to] = former + (flow ?? 0)
      }),
    )
    return made
  }
  return { codes, before: summed(trade.before), after: summed(trade.after) }
}

/** Economies by what they buy and sell in the base year, the largest first. */
export function byTrade(trade: TradeSeen): string[] {
  const total = (at: number) =>
    trade.before.reduce(
      (sum, row, exporter) => sum + (row[at] ?? 0) + (exporter === at ? row.reduce((a, b) => a + (b ?? 0), 0) : 0),
      0,
    )
  const totals = trade.countries.map((code, at) => ({ code, traded: total(at) }))
  return totals.sort((one, other) => other.traded - one.traded).map(({ code }) => code)
}

/** The change of a flow, absolute or in percent of what it was; missing where there was none. */
export function changeOfFlow(before: number | null, after: number | null, inPercent: boolean): number | null {
  if (before === null || after === null) return null
  if (!inPercent) return after - before
  return before > 0 ? 100 * (after / before - 1) : null
}
