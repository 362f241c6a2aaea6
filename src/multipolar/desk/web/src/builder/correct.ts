import type { Measure, World } from '../api/types'
import { parts, selectorOf } from './selector'

const places = ['importer', 'exporter', 'country', 'partner', 'target', 'targets', 'coalition', 'payer', 'receiver', 'giver']

/** The names to choose from, each once: "CHN (China)" is CHN. */
export function choices(nearest: string[]): string[] {
  return [...new Set(nearest.map((name) => name.replace(/ \(.*\)$/, '')))]
}

/** A measure with its unknown names replaced by one that exists. */
export function corrected(measure: Measure, world: World, replacement: string): Measure {
  const countries = known([...world.countries.map(({ code }) => code), ...world.groups.map(({ name }) => name)])
  const sectors = known([...world.sectors.map(({ code }) => code), ...world.sector_groups.map(({ name }) => name)])
  const rails = known(world.rails)
  const fixed = (selector: unknown, names: ReadonlySet<string>) =>
    selectorOf(parts(selector).map((part) => replaced(part, names, replacement))) ?? selector
  const changed: Measure = { ...measure }
  for (const field of places) if (field in measure) changed[field] = fixed(measure[field], countries)
  if ('sector' in measure) changed['sector'] = fixed(measure['sector'], sectors)
  if ('rail' in measure) changed['rail'] = fixed(measure['rail'], rails)
  const sides = measure['sides']
  if (Array.isArray(sides)) changed['sides'] = sides.map((side: unknown) => fixed(side, countries))
  return changed
}

function known(names: string[]): ReadonlySet<string> {
  return new Set(['all', 'others', ...names])
}

function replaced(part: string, names: ReadonlySet<string>, replacement: string): string {
  if (names.has(part.replace(/^-/, ''))) return part
  return part.startsWith('-') ? `-${replacement}` : replacement
}
