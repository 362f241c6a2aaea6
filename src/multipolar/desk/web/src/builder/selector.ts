import type { Selector, World } from '../api/types'

/** One thing that a field can hold: a country, a group, a sector, or a word such as all. */
export type Option = { value: string; label: string; searched: string; group: OptionGroup }
export type OptionGroup = 'word' | 'group' | 'country' | 'sectors' | 'sector' | 'rail'

type Naming = { place: (code: string) => string; sector: (code: string) => string; goods: (group: string) => string }
type Words = { all: string; others?: string }

export function countryOptions(world: World, naming: Naming, words: Words): Option[] {
  const codes = new Set(world.countries.map((country) => country.code))
  // An aggregate that the world lists, such as the rest of the EU, is also a group of that name.
  const groups = world.groups.filter((group) => !codes.has(group.name))
  return [
    option('all', words.all, ['everyone'], 'word'),
    option('others', words.others ?? 'others', ['rest'], 'word'),
    ...groups.map(({ name, names }) => option(name, naming.place(name), [names.en, names.ar], 'group')),
    ...world.countries.map(({ code, names }) => option(code, naming.place(code), [names.en, names.ar], 'country')),
  ]
}

export function sectorOptions(world: World, naming: Naming, words: Words): Option[] {
  return [
    option('all', words.all, ['everything'], 'word'),
    ...world.sector_groups.map(({ name, description }) => option(name, naming.goods(name), [description], 'sectors')),
    ...world.sectors.map(({ code, names }) => option(code, naming.sector(code), [names.en, names.ar], 'sector')),
  ]
}

export function railOptions(world: World, words: Words): Option[] {
  return [
    option('all', words.all, [], 'word'),
    ...world.rails.map((rail) => option(rail, rail, [], 'rail')),
  ]
}

function option(value: string, label: string, others: string[], group: OptionGroup): Option {
  return { value, label, searched: plain([value, label, ...others].join(' ')), group }
}

/** Text as it is searched: no case, accents, vowel signs, or difference between forms of alif. */
export function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/[\u0300-\u036f\u064b-\u0652\u0653-\u0655]/g, '')
    .replaceAll('\u0640', '')
    .toLowerCase()
}

/** Options that fit what was typed; those whose code or name begins with it come first. */
export function found(options: Option[], typed: string): Option[] {
  const words = plain(typed).split(/\s+/).filter(Boolean)
  if (words.length === 0) return options
  const fitting = options.filter((one) => words.every((word) => one.searched.includes(word)))
  const first = words[0] ?? ''
  const rank = (one: Option) =>
    plain(one.value) === first ? 0 : plain(one.label).startsWith(first) || plain(one.value).startsWith(first) ? 1 : 2
  return fitting.sort((one, other) => rank(one) - rank(other))
}

export function parts(selector: unknown): string[] {
  if (typeof selector === 'string') return selector === '' ? [] : [selector]
  return Array.isArray(selector) ? selector.filter((part): part is string => typeof part === 'string') : []
}

export function selectorOf(chosen: string[]): Selector | undefined {
  if (chosen.length === 0) return undefined
  return chosen.length === 1 && chosen[0] !== undefined ? chosen[0] : chosen
}

export const isException = (part: string): boolean => part.startsWith('-')

/** One more choice. All or others stand alone, but for what is left out of them. */
export function withChoice(chosen: string[], value: string): string[] {
  const bare = value.replace(/^-/, '')
  const kept = chosen.filter((part) => part.replace(/^-/, '') !== bare)
  const standsAlone = value === 'all' || value === 'others'
  if (standsAlone) return [value, ...kept.filter(isException)]
  if (isException(value)) return kept.some((part) => !isException(part)) ? [...kept, value] : ['all', ...kept, value]
  return [...kept.filter((part) => part !== 'all' && part !== 'others'), value]
}
