// What the world map shows: a value for each shape, its own or that of the aggregate it is counted in.
import type { World } from '../api/types'
import { colourAt, mixed, position } from '../charts/colours'
import type { Scale } from '../charts/legend'
import { REST } from './values'

export type Owner = { economy: string; within: boolean }

/** The economy of the world that a shape belongs to; `within` where that is an aggregate. */
export function owners(world: World, codes: Iterable<string>): Map<string, Owner> {
  const own = new Map<string, Owner>()
  for (const { code, members } of world.countries) {
    own.set(code, { economy: code, within: false })
    for (const member of members) own.set(member, { economy: code, within: true })
  }
  const hasRest = world.countries.some(({ code }) => code === REST)
  const found = new Map<string, Owner>()
  for (const code of codes) {
    const owner = own.get(code) ?? (hasRest ? { economy: REST, within: true } : undefined)
    if (owner) found.set(code, owner)
  }
  return found
}

/** Shapes that are coloured alike, and are one thing to point at; economy is empty for those that nobody counts. */
export type Piece = { economy: string; within: boolean; shapes: number[] }

/** The pieces of the map: each economy's own shapes, and those that its aggregate's value stands for. */
export function pieces(codes: (string | null)[], owned: Map<string, Owner>): Piece[] {
  const found = new Map<string, Piece>()
  codes.forEach((code, at) => {
    const { economy, within } = owned.get(code ?? '') ?? { economy: '', within: false }
    const key = `${economy} ${within}`
    const piece = found.get(key) ?? { economy, within, shapes: [] }
    piece.shapes.push(at)
    found.set(key, piece)
  })
  return [...found.values()]
}

const paleness = 0.5

/** The colour of a value; paler where it is the aggregate's. */
export function painted(
  value: number | null,
  within: boolean,
  scale: Scale,
  theme: { surface: string; neutral: string },
): string {
  if (value === null) return theme.neutral
  const place = scale.sense * position(value, scale.bound, scale.spread)
  const colour = colourAt(place, scale.colours)
  return within ? mixed(colour, theme.surface, paleness) : colour
}
