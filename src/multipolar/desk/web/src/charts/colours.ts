// Zero-centred colours from orange to blue, which people who see no red or no green tell apart.

export type Ramp = readonly string[]
export type Spread = 'even' | 'small'

const light: Ramp = [
  '#7f3b08',
  '#b35806',
  '#e08214',
  '#fdb863',
  '#fbdcb4',
  '#efeeeb',
  '#cfe1ef',
  '#92c5de',
  '#4393c3',
  '#2166ac',
  '#0a3f77',
]
const dark: Ramp = [
  '#ffcb8a',
  '#f8ab5c',
  '#dd862f',
  '#a9621f',
  '#674422',
  '#2c363f',
  '#234664',
  '#2d689b',
  '#428fce',
  '#7bb9ed',
  '#bbdcfb',
]

export const ramp = (isDark: boolean): Ramp => (isDark ? dark : light)

/** Where a value lies between the bounds, from -1 to 1; `small` spreads small changes by the square root. */
export function position(value: number, bound: number, spread: Spread = 'even'): number {
  const part = Math.max(-1, Math.min(1, value / bound))
  return spread === 'small' ? Math.sign(part) * Math.sqrt(Math.abs(part)) : part
}

/** The value at a position: the inverse of the above. */
export function valueAt(place: number, bound: number, spread: Spread = 'even'): number {
  return bound * (spread === 'small' ? place * Math.abs(place) : place)
}

/** The colour at a position from -1 (orange) through 0 to 1 (blue). */
export function colourAt(place: number, colours: Ramp): string {
  const along = ((Math.max(-1, Math.min(1, place)) + 1) / 2) * (colours.length - 1)
  const lower = Math.min(Math.floor(along), colours.length - 2)
  return mixed(colours[lower] ?? '#888888', colours[lower + 1] ?? '#888888', along - lower)
}

/** A colour between two, `part` of the way to the second. */
export function mixed(one: string, other: string, part: number): string {
  const [from, to] = [channels(one), channels(other)]
  const channel = (at: number) => Math.round((from[at] ?? 0) + ((to[at] ?? 0) - (from[at] ?? 0)) * part)
  return `#${[0, 1, 2].map((at) => channel(at).toString(16).padStart(2, '0')).join('')}`
}

function channels(colour: string): number[] {
  const digits = colour.trim().replace('#', '')
  const full = digits.length === 3 ? [...digits].map((digit) => digit + digit).join('') : digits
  return [0, 2, 4].map((at) => parseInt(full.slice(at, at + 2), 16))
}

const lightSeries = ['#14588f', '#d06a12', '#2f8a6e', '#8257a5', '#a98307', '#b4477f', '#3b9ab2', '#66727e']
const darkSeries = ['#6fb3ee', '#f0964a', '#5cc2a1', '#b795d8', '#d9b84a', '#e287b4', '#7cc8da', '#a5b2be']

/** Colours of series that have no order, as far apart as eight can be. */
export function seriesColour(at: number, isDark: boolean): string {
  const colours = isDark ? darkSeries : lightSeries
  return colours[at % colours.length] ?? '#888888'
}
