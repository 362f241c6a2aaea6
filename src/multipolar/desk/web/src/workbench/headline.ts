import type { OutcomeData, World } from '../api/types'

/** Economies that are always looked at, where the world has them; beside them comes what is selected. */
const always = ['CHN', 'RUS', 'USA', 'EU27', 'UKR']

export function headlineEconomies(world: World, selected: string): string[] {
  const known = (code: string) =>
    world.countries.some((country) => country.code === code) || world.groups.some((group) => group.name === code)
  const row = always.filter(known)
  const shown = row.length > 0 ? row : world.countries.slice(0, 5).map((country) => country.code)
  return selected !== '' && selected !== 'world' && !shown.includes(selected) && known(selected) ? [...shown, selected] : shown
}

export type Figure = { income: number | null; gdp: number | null; money: number | null }

/** Real income, real GDP (percent) and what the change is worth (million USD) of a country, a group or the world. */
export function figureOf(outcome: OutcomeData, economy: string): Figure {
  const found =
    economy === 'world' ? outcome.world_total : (outcome.countries[economy] ?? outcome.groups[economy])
  const value = (name: 'real_income' | 'real_gdp' | 'equivalent_variation') => found?.[name] ?? null
  return { income: value('real_income'), gdp: value('real_gdp'), money: value('equivalent_variation') }
}

/** Countries whose real income changes most, either way. */
export function mostMoved(outcome: OutcomeData, count: number): { code: string; percent: number }[] {
  return Object.entries(outcome.countries)
    .map(([code, values]) => ({ code, percent: values['real_income'] ?? 0 }))
    .sort((one, other) => Math.abs(other.percent) - Math.abs(one.percent))
    .slice(0, count)
}
