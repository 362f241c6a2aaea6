import type { OutcomeData, World } from '../api/types'
import { isCutOff, worthOfGdp } from '../views/cutOff'

/** Economies that are always looked at, where the world has them; beside them comes what is selected. */
const always = ['CHN', 'RUS', 'USA', 'EU27', 'UKR']

export function headlineEconomies(world: World, selected: string): string[] {
  const known = (code: string) =>
    world.countries.some((country) => country.code === code) || world.groups.some((group) => group.name === code)
  const row = always.filter(known)
  const shown = row.length > 0 ? row : world.countries.slice(0, 5).map((country) => country.code)
  return selected !== '' && selected !== 'world' && !shown.includes(selected) && known(selected) ? [...shown, selected] : shown
}

/** `main` is what is read first, and `beside` the other of the two; in percent. Money in million USD. */
export type Figure = { main: number | null; beside: number | null; money: number | null; cutOff: boolean }

/** Real income of a country, a group or the world, and real GDP beside it; of a country that is cut off the reverse. */
export function figureOf(outcome: OutcomeData, economy: string, world: World, cutOff = isCutOff(outcome, economy)): Figure {
  const found =
    economy === 'world' ? outcome.world_total : (outcome.countries[economy] ?? outcome.groups[economy])
  const value = (name: 'real_income' | 'real_gdp' | 'equivalent_variation') => found?.[name] ?? null
  const [income, gdp] = [value('real_income'), value('real_gdp')]
  return cutOff
    ? { main: gdp, beside: income, money: worthOfGdp(world, economy, gdp), cutOff }
    : { main: income, beside: gdp, money: value('equivalent_variation'), cutOff }
}

/** Countries whose real income, or real GDP where they are cut off, changes most, either way. */
export function mostMoved(outcome: OutcomeData, count: number): { code: string; percent: number }[] {
  return Object.entries(outcome.countries)
    .map(([code, values]) => ({ code, percent: values[isCutOff(outcome, code) ? 'real_gdp' : 'real_income'] ?? 0 }))
    .sort((one, other) => Math.abs(other.percent) - Math.abs(one.percent))
    .slice(0, count)
}
