import type { Measure, MeasureField, MeasureKind, World } from '../api/types'
import { maybe, money, number, share, type Fields } from '../i18n'
import { places, rails, wares } from '../i18n/goods'
import { parts } from './selector'

/** Who sells to whom, where a measure is about a flow of goods. */
export type Direction = { exporter: string; importer: string; both: boolean }

/** A rate as a fraction, whether it is written 0.4 or 40%; undefined where it is neither. */
export function fraction(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  const percent = typeof value === 'string' ? /^\s*([+-]?\d+(?:\.\d+)?)\s*%\s*$/.exec(value) : null
  return percent ? Number(percent[1]) / 100 : undefined
}

/** Rates that can fall below nothing, because they are changes; every other rate is a part of something. */
export const signedRates: ReadonlySet<string> = new Set(['ad_valorem', 'change', 'add'])

/** A size that can slide: a rate, or a number where the unit says that it is a fraction. */
export function slides(field: MeasureField, value: unknown): boolean {
  if (fraction(value) === undefined) return field.type === 'number' && typeof value === 'number'
  return field.type === 'rate' || field.type === 'number' || (field.type === 'data' && field.unit.startsWith('fraction'))
}

const years: ReadonlySet<string> = new Set(['opens', 'year'])

/** The field of a kind whose slider stands on the card: the first rate or number that the measure gives. */
export function mainField(measure: Measure, kind: MeasureKind | undefined): MeasureField | undefined {
  return kind?.fields.find((field) => !years.has(field.name) && slides(field, measure[field.name]))
}

export function directionOf(measure: Measure): Direction | undefined {
  if (measure.kind === 'embargo') {
    const [one, other] = sides(measure)
    return { exporter: places(one), importer: places(other), both: true }
  }
  if (measure['exporter'] === undefined || measure['importer'] === undefined) return undefined
  return { exporter: places(parts(measure['exporter'])), importer: places(parts(measure['importer'])), both: false }
}

export function sides(measure: Measure): [string[], string[]] {
  const given = Array.isArray(measure['sides']) ? (measure['sides'] as unknown[]) : []
  return [parts(given[0]), parts(given[1])]
}

/** The measure as one sentence that says importer and exporter. */
export function sentence(measure: Measure, world: World): string {
  const variant = variantOf(measure)
  const key = `sentence.${measure.kind}${variant ? `.${variant}` : ''}`
  return maybe(key, maybe(`kind.${measure.kind}`, measure.kind), fieldsOf(measure, world))
}

/** Which of a kind's sentences fits, where what is given changes what is said. */
function variantOf(measure: Measure): string {
  switch (measure.kind) {
    case 'tariff':
      return ['rate', 'add', 'ceiling', 'cut'].find((field) => measure[field] != null) ?? 'none'
    case 'price_cap':
      return measure['price'] == null ? 'discount' : 'price'
    case 'corridor':
      return measure['adds'] != null ? 'adds' : measure['capacity'] != null ? 'capacity' : 'bound'
    case 'secondary_sanctions':
      return measure['on'] === 'suppliers' ? 'suppliers' : 'banks'
    case 'productivity':
    case 'trade_cost':
    case 'rail_cost':
      return (fraction(measure['ad_valorem'] ?? measure['change']) ?? 0) < 0 ? 'less' : 'more'
    case 'military_aid':
      return measure['delay'] ? 'delay' : (fraction(measure['change']) ?? 0) < 0 ? 'less' : 'more'
    default:
      return ''
  }
}

function fieldsOf(measure: Measure, world: World): Fields {
  const place = (field: string, otherwise = 'all') => places(parts(measure[field] ?? otherwise))
  const [one, other] = sides(measure)
  const known = (code: string) => world.sectors.some((sector) => sector.code === code)
  return {
    importer: place('importer'),
    exporter: place('exporter'),
    country: place('country'),
    partner: place('partner'),
    payer: place('payer'),
    receiver: place('receiver'),
    giver: place('giver'),
    coalition: place('coalition'),
    target: place('target'),
    targets: place('targets'),
    one: places(one),
    other: places(other),
    goods: wares(parts(measure['sector'] ?? 'all'), known),
    rail: rails(parts(measure['rail'] ?? 'all')),
    rate: amount(measure, ['rate', 'add', 'ceiling', 'cut', 'ad_valorem', 'change', 'discount']),
    limit: amount(measure, ['limit']),
    latent: amount(measure, ['latent_share']),
    part: amount(measure, ['share'], '100%'),
    credibility: amount(measure, ['credibility']),
    addition: amount(measure, ['adds', 'capacity']),
    money: money(asNumber(measure['amount'] ?? measure['value'])),
    price: number(asNumber(measure['price'])),
    delay: number(asNumber(measure['delay'])),
  }
}

/** The first of some fields as a size: 40%, or what was written where it is no fraction. Direction is in the words. */
function amount(measure: Measure, fields: string[], otherwise = '…'): string {
  const value = fields.map((field) => measure[field]).find((given) => given != null)
  if (value === undefined) return otherwise
  const rate = fraction(value)
  return rate === undefined ? String(value) : share(Math.abs(rate), 1)
}

function asNumber(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}

export function kindName(kind: string): string {
  return maybe(`kind.${kind}`, kind.replaceAll('_', ' '))
}

export function fieldName(field: string): string {
  return maybe(`field.${field}`, field.replaceAll('_', ' '))
}
