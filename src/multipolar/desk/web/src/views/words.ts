// What several views say in the same words.
import type { OutcomeData, SolveResponse, World } from '../api/types'
import { billions as billionsText, list, maybe, money, name, number, percent, share, t } from '../i18n'
import { session } from '../state/session.svelte'
import { translated } from '../i18n/server'
import { decimals } from '../charts/bounds'
import { outcomeOf, WORLD, type Mode, type Unit } from './values'

const baseYear = 'base year'

export function variableName(key: string): string {
  return maybe(`view.variable.${key}`, key.replaceAll('_', ' '))
}

export function unitName(unit: string): string {
  return maybe(`view.unit.${unit.replaceAll(' ', '_')}`, unit)
}

export function placeName(code: string): string {
  return code === WORLD ? t('view.world') : name(code)
}

export function scenarioName(outcome: OutcomeData | null): string {
  if (!outcome) return ''
  const title = outcome.title || outcome.scenario
  return translated(title) ?? title
}

/** What a change is measured from: the base year, or another scenario. */
export function relativeTo(response: SolveResponse, world: World, mode: Mode = 'first'): string {
  const outcome = outcomeOf(response, mode) ?? response.outcome
  if (mode === 'difference') return t('view.relative.scenario', { scenario: scenarioName(response.against) })
  return outcome.relative_to === baseYear || outcome.relative_to === ''
    ? t('view.relative.base', { year: world.year })
    : t('view.relative.scenario', { scenario: titleOfNamed(outcome.relative_to) })
}

/** The title of a built-in scenario, where a name is all that is known. */
function titleOfNamed(name: string): string {
  const title = session.scenarios.find((one) => one.name === name)?.title || name
  return translated(title) ?? title
}

/** A change with its sign and unit, for reading by itself. */
export function changeText(value: number | null, unit: Unit, digits = decimals(Math.abs(value ?? 0))): string {
  if (value === null) return t('view.missing')
  return unit === 'percent' ? percent(value, digits) : money(value * 1000, true)
}

/** A change beside others of the same unit. */
export function changeFigure(value: number | null, unit: Unit, digits: number): string {
  return unit === 'percent' ? percent(value, digits) : billionsText(value, digits)
}

/** A number without a plus sign, with as many decimals as its column has. */
export function fixed(value: number, digits: number): string {
  return billionsText(value, digits).replace('+', '')
}

/** A number on an axis, as short as it can be. */
export function axisText(value: number, unit: Unit): string {
  return unit === 'percent' ? share(value / 100, 4) : number(value, 3)
}

/** The rules that a scenario was solved under. */
export function closureText(response: SolveResponse): string {
  const { horizon, deficits } = response.outcome.certificate
  return t('view.closure', {
    horizon: maybe(`view.horizon.${horizon}`, horizon),
    deficits: maybe(`view.deficits.${deficits}`, deficits),
  })
}

export function sourceLine(world: World): string {
  return t('view.source.line', { world: world.name, year: world.year, hash: world.hash.slice(0, 12) })
}

export function placeList(codes: string[]): string {
  return list(codes.map(placeName))
}
