// Which number of an answer stands for an economy.
import type { CountryResults, GroupResult, OutcomeData, SolveResponse, World } from '../api/types'
import { isCutOff } from './cutOff'

export type Mode = 'first' | 'second' | 'difference'
export type Unit = 'percent' | 'billion'
/** `sense` is -1 where a rise is a loss. */
export type Shown = { key: string; unit: Unit; sense: 1 | -1 }

export const REST = 'ROW'
const millionsInABillion = 1000

export const shownVariables: Shown[] = [
  { key: 'real_income', unit: 'percent', sense: 1 },
  { key: 'equivalent_variation', unit: 'billion', sense: 1 },
  { key: 'real_gdp', unit: 'percent', sense: 1 },
  { key: 'real_wage', unit: 'percent', sense: 1 },
  { key: 'price_index', unit: 'percent', sense: -1 },
  { key: 'terms_of_trade', unit: 'percent', sense: 1 },
  { key: 'exports_change', unit: 'percent', sense: 1 },
  { key: 'imports_change', unit: 'percent', sense: 1 },
]

/** Changes of trade are read off the matrix of flows, which has the base year beside the answer. */
export const needsTrade = (variable: string): boolean => variable === 'exports_change' || variable === 'imports_change'

export function shownVariable(key: string): Shown {
  return shownVariables.find((each) => each.key === key) ?? shownVariables[0]!
}

export function modesOf(response: SolveResponse): Mode[] {
  return response.against ? ['first', 'second', 'difference'] : ['first']
}

export function outcomeOf(response: SolveResponse, mode: Mode): OutcomeData | null {
  if (mode === 'first') return response.outcome
  return mode === 'second' ? response.against : response.relative
}

export const billions = (million: number | null | undefined): number | null =>
  million == null ? null : million / millionsInABillion

function scaled(value: number | null | undefined, { unit }: Shown): number | null {
  if (value == null || !Number.isFinite(value)) return null
  return unit === 'billion' ? value / millionsInABillion : value
}

/** The variable that is read for a country: real GDP in place of real income where it is cut off. */
export function readAs(response: SolveResponse, mode: Mode, shown: Shown, code: string): Shown {
  if (shown.key !== 'real_income') return shown
  const outcomes = mode === 'difference' ? [response.outcome, response.against] : [outcomeOf(response, mode)]
  return outcomes.some((outcome) => isCutOff(outcome, code)) ? shownVariable('real_gdp') : shown
}

/** The change of a country; null where nothing is known. */
export function changeOf(response: SolveResponse, mode: Mode, shown: Shown, code: string): number | null {
  if (needsTrade(shown.key)) return mode === 'first' ? tradeChange(response, shown.key, [code]) : null
  const results: CountryResults | undefined = outcomeOf(response, mode)?.countries[code]
  return scaled(results?.[readAs(response, mode, shown, code).key], shown)
}

export type Together = { key: string; members: string[] }

/** Groups, then the world. */
export function togethers(response: SolveResponse): Together[] {
  const groups = Object.entries(response.outcome.groups).map(([key, { members }]) => ({ key, members }))
  return [...groups, { key: WORLD, members: response.outcome.world_total.members }]
}

export const WORLD = 'world'

/** The change of a group or the world as the server reports it; null for variables that it has not for groups. */
export function changeTogether(response: SolveResponse, mode: Mode, shown: Shown, together: Together): number | null {
  if (needsTrade(shown.key)) return mode === 'first' ? tradeChange(response, shown.key, together.members) : null
  const outcome = outcomeOf(response, mode)
  const group = together.key === WORLD ? outcome?.world_total : outcome?.groups[together.key]
  return scaled(group?.[shown.key as keyof GroupResult] as number | undefined, shown)
}

function tradeChange(response: SolveResponse, key: string, members: string[]): number | null {
  const trade = response.views.trade
  if (!trade || trade.sector !== 'all') return null
  const places = members.map((code) => trade.countries.indexOf(code)).filter((at) => at >= 0)
  const total = (flows: number[][]) =>
    flows.reduce(
      (sum, row, exporter) =>
        sum +
        row.reduce(
          (part, flow, importer) => part + (places.includes(key === 'exports_change' ? exporter : importer) ? flow : 0),
          0,
        ),
      0,
    )
  const before = total(trade.before)
  return places.length > 0 && before > 0 ? 100 * (total(trade.after) / before - 1) : null
}

export function isAggregate(world: World, code: string): boolean {
  return code === REST || (world.countries.find((country) => country.code === code)?.members.length ?? 0) > 0
}
