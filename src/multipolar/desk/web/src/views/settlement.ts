import type { SettlementSeen } from '../api/types'

export type Rail = { rail: string; before: number; after: number; change: number }

/** Shares by rail in percent of the trade, before and after, and the change in percentage points. */
export function railsOf({ rails, before, after }: Pick<SettlementSeen, 'rails' | 'before' | 'after'>): Rail[] {
  return rails.map((rail) => {
    const [was, is] = [before[rail] ?? 0, after[rail] ?? 0]
    return { rail, before: was, after: is, change: is - was }
  })
}
