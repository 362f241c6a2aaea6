// Gainers and losers: which economies are shown, in what order.
import type { SolveResponse, World } from '../api/types'
import { changeOf, changeTogether, togethers, type Mode, type Shown } from './values'

export type Bar = { key: string; value: number | null; other: number | null }

/** Every economy, the largest gain first; what is missing comes last. `other` is the second scenario's. */
export function ranked(response: SolveResponse, world: World, mode: Mode, shown: Shown, both: boolean): Bar[] {
  const bars = world.countries.map(({ code }) => ({
    key: code,
    value: changeOf(response, mode, shown, code),
    other: both ? changeOf(response, 'second', shown, code) : null,
  }))
  return bars.sort((one, other) => compared(one.value, other.value))
}

function compared(one: number | null, other: number | null): number {
  if (one === null || other === null) return Number(one === null) - Number(other === null)
  return other - one
}

export function groupBars(response: SolveResponse, mode: Mode, shown: Shown, both: boolean): Bar[] {
  return togethers(response)
    .map((together) => ({
      key: together.key,
      value: changeTogether(response, mode, shown, together),
      other: both ? changeTogether(response, 'second', shown, together) : null,
    }))
    .filter(({ value }) => value !== null)
}

/** The first and the last of an order, and one in between that a person has chosen. */
export function ends(bars: Bar[], most: number, chosen: string): Bar[] {
  if (bars.length <= 2 * most) return bars
  const kept = new Set([...bars.slice(0, most), ...bars.slice(-most), ...bars.filter(({ key }) => key === chosen)])
  return bars.filter((bar) => kept.has(bar))
}
