// Where controlled goods go: the coalition's together, the largest others by name, directly or through hubs.
import type { ControlledSeen } from '../api/types'

export type Controlled = Exclude<ControlledSeen, { refused: string }>
export type Way = { seller: string; hub: string; before: number; after: number }

export const COALITION = 'coalition'
export const REST_OF_SELLERS = 'others'
export const OWN = 'own'
export const DIRECT = 'direct'

/** The server's answer where there is one to draw. */
export function answered(seen: ControlledSeen | undefined): Controlled | null {
  return seen && 'suppliers' in seen && !('refused' in seen && seen.refused) ? seen : null
}

/** Every seller by every way, base year and after; in the base year all goes directly. */
export function ways(seen: Controlled, most: number): Way[] {
  const coalition = new Set(seen.coalition)
  const outside = seen.suppliers.filter(({ code }) => !coalition.has(code) && code !== OWN)
  const named = new Set(outside.slice(0, most).map(({ code }) => code))
  const sellerOf = (code: string) => {
    if (coalition.has(code)) return COALITION
    return code === OWN || named.has(code) ? code : REST_OF_SELLERS
  }
  const found = new Map<string, Way>()
  const add = (code: string, hub: string, before: number, after: number) => {
    const seller = sellerOf(code)
    const way = found.get(`${seller}>${hub}`) ?? { seller, hub, before: 0, after: 0 }
    found.set(`${seller}>${hub}`, { ...way, before: way.before + before, after: way.after + after })
  }
  for (const { code, before, direct, through } of seen.suppliers) {
    add(code, DIRECT, before, direct)
    for (const [hub, flow] of Object.entries(through)) add(code, hub, 0, flow)
  }
  return [...found.values()].filter(({ before, after }) => before > 0 || after > 0)
}

/** The sellers in the order in which they are drawn. */
export function sellers(found: Way[]): string[] {
  const all = [...new Set(found.map(({ seller }) => seller))]
  const rank = (seller: string) => [COALITION, '', REST_OF_SELLERS, OWN].indexOf(seller)
  return all.sort((one, other) => (rank(one) < 0 ? 1 : rank(one)) - (rank(other) < 0 ? 1 : rank(other)))
}

export function hubsOf(found: Way[]): string[] {
  return [...new Set(found.map(({ hub }) => hub))].sort(
    (one, other) => Number(other === DIRECT) - Number(one === DIRECT),
  )
}
