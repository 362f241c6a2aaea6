// Who sells a fuel to whom, in tonnes or cubic metres; home use left out.
import type { FuelsSeen } from '../api/types'
import { OTHERS } from './flows'

export type FuelFlow = { exporter: string; importer: string; before: number | null; after: number | null }
type Flows = FuelsSeen['before']

const abroadOnly = (flows: Flows): number[][] =>
  flows.map((row, exporter) => row.map((flow, importer) => (exporter === importer ? 0 : (flow ?? 0))))

const sumOf = (values: number[]): number => values.reduce((sum, value) => sum + value, 0)

/** The largest exporters or importers, by what they trade before or after. */
export function largest(seen: FuelsSeen, side: 'exporter' | 'importer', most: number): string[] {
  const [before, after] = [abroadOnly(seen.before), abroadOnly(seen.after)]
  const total = (flows: number[][], at: number) =>
    side === 'exporter' ? sumOf(flows[at] ?? []) : sumOf(flows.map((row) => row[at] ?? 0))
  return seen.countries
    .map((code, at) => ({ code, size: Math.max(total(before, at), total(after, at)) }))
    .filter(({ size }) => size > 0)
    .sort((one, other) => other.size - one.size)
    .slice(0, most)
    .map(({ code }) => code)
}

/** Flows between the named ends, all other ends in one; sums are kept. */
export function gathered(
  countries: string[],
  flows: Flows,
  exporters: string[],
  importers: string[],
): Map<string, number> {
  const found = new Map<string, number>()
  abroadOnly(flows).forEach((row, exporter) =>
    row.forEach((flow, importer) => {
      if (flow <= 0) return
      const from = named(countries[exporter], exporters)
      const to = named(countries[importer], importers)
      const key = pairKey(from, to)
      found.set(key, (found.get(key) ?? 0) + flow)
    }),
  )
  return found
}

export type Corridor = FuelsSeen['corridors'][number] & { names: string[] }

/** Corridors between the same two ends in one: what is known is all of the fuel between them, and stands once. */
export function corridorsByEnds(corridors: FuelsSeen['corridors']): Corridor[] {
  const found = new Map<string, Corridor>()
  for (const corridor of corridors) {
    const key = pairKey(corridor.exporter, corridor.importer)
    const known = found.get(key)
    if (known) known.names.push(corridor.name)
    else found.set(key, { ...corridor, names: [corridor.name] })
  }
  return [...found.values()]
}

export const pairKey = (exporter: string, importer: string): string => `${exporter}>${importer}`

function named(code: string | undefined, kept: string[]): string {
  return code !== undefined && kept.includes(code) ? code : OTHERS
}

/** Whether anything is said: a whole year is withheld where dollars alone would miss the world's balance. */
export function isKnown(flows: Flows): boolean {
  return flows.some((row) => row.some((flow) => flow != null))
}

/** Every flow that there is before or after, the largest first; after is missing where it is withheld. */
export function fuelFlows(seen: FuelsSeen): FuelFlow[] {
  const flows = seen.countries.flatMap((exporter, from) =>
    seen.countries.flatMap((importer, to) => {
      if (from === to) return []
      const before = seen.before[from]?.[to] ?? null
      const after = seen.after[from]?.[to] ?? null
      return (before ?? 0) > 0 || (after ?? 0) > 0 ? [{ exporter, importer, before, after }] : []
    }),
  )
  return flows.sort(
    (one, other) => Math.max(other.before ?? 0, other.after ?? 0) - Math.max(one.before ?? 0, one.after ?? 0),
  )
}
