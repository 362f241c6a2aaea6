// What happens to the industries of one country.
import type { SectorsSeen } from '../api/types'
import type { Unit } from './values'

export type SectorVariable = { key: string; unit: Unit; sense: 1 | -1 }

export const sectorVariables: SectorVariable[] = [
  { key: 'output', unit: 'percent', sense: 1 },
  { key: 'producer_price', unit: 'percent', sense: 1 },
  { key: 'consumer_price', unit: 'percent', sense: -1 },
  { key: 'exports', unit: 'billion', sense: 1 },
  { key: 'imports', unit: 'billion', sense: 1 },
]

/** A change by sector: percent as they come, trade after less trade before in billions. */
export function sectorChange(seen: SectorsSeen, { key, unit }: SectorVariable, at: number): number | null {
  const value = seen.variables[key]?.[at] ?? null
  if (unit === 'percent' || value === null) return value
  const before = seen.variables[`${key}_before`]?.[at]
  return before == null ? null : (value - before) / 1000
}

export function sectorLevel(seen: SectorsSeen, key: string, at: number): number | null {
  const value = seen.variables[key]?.[at]
  return value == null ? null : value / 1000
}
