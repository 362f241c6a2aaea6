// An outcome along one number of one measure.
import type { Curve, Measure, MeasureKind, Scenario } from '../api/types'

/** `given` where the measure says the number itself, and does not leave it as it usually is. */
export type Slider = { measure: number; kind: string; field: string; rate: boolean; value: number; given: boolean }

/** What goes round through hubs is what is banned: a part that is still sold can stand beside none. */
const excluded = (measure: Measure, field: string): boolean => field === 'supply' && measure['hubs'] != null

/** Every number of a scenario's measures that a curve can run along. */
export function sliders(scenario: Scenario, kinds: MeasureKind[]): Slider[] {
  return scenario.measures.flatMap((measure, at) => {
    const fields = kinds.find(({ kind }) => kind === measure.kind)?.fields ?? []
    return fields
      .filter(({ name, type }) => (type === 'rate' || type === 'number') && !excluded(measure, name))
      .flatMap(({ name, type, default: usual }) => {
        const value = measure[name] ?? usual
        return typeof value === 'number' && Number.isFinite(value)
          ? [{ measure: at, kind: measure.kind, field: name, rate: type === 'rate', value, given: measure[name] != null }]
          : []
      })
  })
}

/** What a curve runs along until a person chooses: a number that a measure gives, if any does. */
export const usualSlider = (possible: Slider[]): Slider | undefined => possible.find(({ given }) => given) ?? possible[0]

export const sliderKey = ({ measure, field }: Slider): string => `${measure}.${field}`

const points = 21

// Rates that may be more than the whole; every other is a part of something.
const unbounded: ReadonlySet<string> = new Set(['rate', 'add', 'ceiling', 'ad_valorem', 'change', 'limit'])

/** Values from nothing to twice the present one, or to the whole for small rates and for parts of something. */
export function valuesAlong({ value, rate, field }: Pick<Slider, 'value' | 'rate' | 'field'>): number[] {
  const toWhole = rate && Math.abs(value) <= (unbounded.has(field) ? 0.5 : 1)
  const end = toWhole ? Math.sign(value || 1) : 2 * value || 1
  return Array.from({ length: points }, (_, at) => Number(((end * at) / (points - 1)).toPrecision(6)))
}

export function inRange(values: number[], value: number): boolean {
  return value >= Math.min(...values) && value <= Math.max(...values)
}

/** A scenario with the number left out: while only that number moves, the curve stays as it is. */
export function frozen(scenario: Scenario, { measure, field }: Slider): string {
  return JSON.stringify({
    ...scenario,
    measures: scenario.measures.map((each, at) => (at === measure ? { ...each, [field]: null } : each)),
  })
}

/** The economies that a scenario moves most, the selected one first. */
export function mostMoved(
  results: Record<string, Record<string, number | null>>,
  variable: string,
  selected: string,
  most: number,
): string[] {
  const ordered = Object.entries(results)
    .map(([code, result]) => ({ code, size: Math.abs(result[variable] ?? 0) }))
    .filter(({ code }) => code !== selected)
    .sort((one, other) => other.size - one.size)
    .map(({ code }) => code)
  return [selected, ...ordered].slice(0, most)
}

/** Runs of neighbouring values without an answer. */
export function gaps({ values, refused }: Pick<Curve, 'values' | 'refused'>): [number, number][] {
  const without = new Set(refused.map(({ value }) => value))
  const runs: [number, number][] = []
  values.forEach((value, at) => {
    if (!without.has(value)) return
    const last = runs.at(-1)
    if (last && last[1] === values[at - 1]) last[1] = value
    else runs.push([value, value])
  })
  return runs
}

/** Points of a line; gaps stay where the server refused. */
export function line(curve: Curve, code: string): [number, number | null][] {
  return curve.values.map((value, at) => [value, curve.series[code]?.[at] ?? null])
}
