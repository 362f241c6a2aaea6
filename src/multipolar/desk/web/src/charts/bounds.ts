// Round ends of a scale that do not jump while a slider moves.

const steps = [1, 2, 4, 6, 8, 10]

/** The smallest round number that is not below the largest magnitude. */
export function niceBound(largest: number, least = 0.01): number {
  const wanted = Math.max(Number.isFinite(largest) ? largest : 0, least)
  const power = 10 ** Math.floor(Math.log10(wanted) + 1e-12)
  const step = steps.find((each) => each * power >= wanted * (1 - 1e-12)) ?? 10
  return Number((step * power).toPrecision(6))
}

export function largestMagnitude(values: Iterable<number | null | undefined>): number {
  let largest = 0
  for (const value of values) if (value != null && Number.isFinite(value)) largest = Math.max(largest, Math.abs(value))
  return largest
}

export type Held = (largest: number, moving: boolean) => number

/** A bound that grows at once and shrinks only when the hand rests. */
export function heldBound(least = 0.01): Held {
  let bound = 0
  return (largest, moving) => {
    const nice = niceBound(largest, least)
    bound = moving ? Math.max(bound, nice) : nice
    return bound
  }
}

export type HeldExtent = (values: Iterable<number | null>, moving: boolean) => [number, number]

/** Round ends of an axis on both sides of zero, held as bounds are. */
export function heldExtent(least = 0.01): HeldExtent {
  const [below, above] = [heldBound(least), heldBound(least)]
  return (values, moving) => {
    const known = [...values].filter((value): value is number => value !== null)
    const [lowest, highest] = [Math.min(0, ...known), Math.max(0, ...known)]
    const low = lowest < 0 ? below(-lowest, moving) : 0
    const high = highest > 0 ? above(highest, moving) : 0
    return low + high > 0 ? [-low, high] : [-least, least]
  }
}

/** Ends moved out so far that figures beside the longest bars have `room` pixels in a plot of so many. */
export function withRoom([low, high]: [number, number], pixels: number, room: number): [number, number] {
  const unit = (high - low) / Math.max(pixels - 2 * room, pixels / 4)
  return [low - unit * room, high + unit * room]
}

/** An order that stays while the hand moves, so that bars do not change places under it. */
export function heldOrder<Item>(key: (item: Item) => string): (sorted: Item[], moving: boolean) => Item[] {
  let order = new Map<string, number>()
  return (sorted, moving) => {
    const known = sorted.length === order.size && sorted.every((item) => order.has(key(item)))
    if (moving && known) return [...sorted].sort((one, other) => order.get(key(one))! - order.get(key(other))!)
    order = new Map(sorted.map((item, at) => [key(item), at]))
    return sorted
  }
}

/** Decimals that leave two or three figures to the largest number. */
export function decimals(largest: number): number {
  if (!(largest > 0)) return 2
  const power = Math.floor(Math.log10(largest) + 1e-12)
  return power >= 0 ? Math.max(0, 2 - power) : Math.min(4, 1 - power)
}

/** As many decimals as the command line prints: a table has at least these. */
export const printedDecimals = 2
