// An outcome along one number of one measure.
import type { Curve, MeasureKind, Scenario } from '../api/types'

export type Slider = { measure: number; kind: string; field: string; rate: boolean; value: number }

/** Every number of a scenario's measures that a curve can run along. */
export function sliders(scenario: Scenario, kinds: MeasureKind[]): Slider[] {
  return scenario.measures.flatMap((measure, at) => {
    const fields = kinds.find(({ kind }) => kind === measure.kind)?.fields ?? []
    return fields
      .filter(({ type }) => type === 'rate' || type === 'number')
      .flatMap(({ name, type, default: usual }) => {
        const value = measure[name] ?? usual
        return typeof value === 'number' && Number.isFinite(value)
          ? [{ measure: at, kind: measure.kind, field: name, rate: type === 'rate', value }]
          : []
      })
  })
}

export const sliderKey = ({ measure, field }: Slider): string => `${measure}.${field}`

const points = 21

/** Values from nothing to twice the present one, or to one for rates below a half. */
export function valuesAlong({ value, rate }: Slider): number[] {
  const end = rate && Math.abs(value) <= 0.5 ? Math.sign(value || 1) : 2 * value || 1
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
