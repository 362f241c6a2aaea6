import type { Names, SolveResponse, World } from '../api/types'
import { language } from './language.svelte'

type Known = { places: Map<string, Names>; sectors: Map<string, Names> }

/** Groups that are known in English by more than their codes. */
const inEnglish: Record<string, string> = {
  EU: 'European Union',
  EU27: 'European Union',
  EU28: 'EU28',
  EUROZONE: 'euro area',
  COALITION: 'coalition',
  SANCTIONING: 'sanctioning countries',
  EAST_BLOC: 'eastern bloc',
  WEST_BLOC: 'western bloc',
}

let known = $state.raw<Known>({ places: new Map(), sectors: new Map() })

/** Takes the names of countries, groups and sectors from a world. */
export function setNames(world: World): void {
  known = {
    places: new Map([
      ...world.groups.map(({ name, names }) => [name, { ...names, en: inEnglish[name] ?? names.en }] as const),
      ...world.countries.map((country) => [country.code, country.names] as const),
    ]),
    sectors: new Map(world.sectors.map((sector) => [sector.code, sector.names] as const)),
  }
}

/** Takes names that an answer brings beside the world's. */
export function addNames({ countries, sectors }: SolveResponse['extra_names']): void {
  const places = Object.keys(countries).every((code) => known.places.has(code))
  if (places && Object.keys(sectors).every((code) => known.sectors.has(code))) return
  known = {
    places: new Map([...known.places, ...Object.entries(countries)]),
    sectors: new Map([...known.sectors, ...Object.entries(sectors)]),
  }
}

/** The name of a country, a group or a sector in the language of the page; the code itself where none is known. */
export function name(code: string): string {
  const names = known.places.get(code) ?? known.sectors.get(code)
  return names ? names[language()] || names.en : code
}

/** The name of a country or group, where a sector might share its code. */
export function placeName(code: string): string {
  const names = known.places.get(code)
  return names ? names[language()] || names.en : code
}

/** The name of a sector, where a sector and a country might share a code. */
export function sectorName(code: string): string {
  const names = known.sectors.get(code)
  return names ? names[language()] || names.en : code
}
