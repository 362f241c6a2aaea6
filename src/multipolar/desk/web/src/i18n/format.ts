// Numbers as people read them. Latin digits in both languages: tables are compared across them.
import { language, type Language } from './language.svelte'

const locales: Record<Language, string> = { en: 'en-GB', ar: 'ar-u-nu-latn' }
const made = new Map<string, Intl.NumberFormat>()

export const locale = (): string => locales[language()]

function formatter(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = locale() + JSON.stringify(options)
  let format = made.get(key)
  if (!format) {
    format = new Intl.NumberFormat(locale(), options)
    made.set(key, format)
  }
  return format
}

/** A true minus sign; in Arabic the number is isolated, so that its sign stays before it whatever stands around. */
function typeset(text: string): string {
  const signed = text.replaceAll('-', '\u2212')
  return language() === 'ar' ? isolated(signed.replace(/[\u200e\u200f\u061c]/g, '')) : signed
}

const isolated = (text: string): string => `\u2066${text}\u2069`

function printed(value: number | null | undefined, options: Intl.NumberFormatOptions): string {
  return value === null || value === undefined || !Number.isFinite(value) ? '–' : typeset(formatter(options).format(value))
}

/** A change in percent, with its sign: 1.234 is +1.23%. */
export function percent(value: number | null | undefined, digits = 2): string {
  return printed(value == null ? value : value / 100, { ...fixed(digits), style: 'percent', signDisplay: 'exceptZero' })
}

/** A part or a rate in percent, without a plus sign: 0.4 is 40%. */
export function share(fraction: number | null | undefined, digits = 0): string {
  return printed(fraction, { style: 'percent', maximumFractionDigits: digits })
}

// Below this, in million dollars, is what the solver's rounding leaves, and no amount.
const leastMoney = 0.0005

/** Money from million US dollars: 60600 is $60.6 billion. */
export function money(million: number | null | undefined, signed = false): string {
  if (million == null || !Number.isFinite(million)) return '–'
  const options = { notation: 'compact', compactDisplay: 'long', maximumFractionDigits: 1 } as const
  const size = Math.abs(million) < leastMoney ? 0 : Math.abs(million)
  const amount = formatter(options).format(size * 1e6)
  const sign = size === 0 ? '' : million < 0 ? '\u2212' : signed ? '+' : ''
  if (language() === 'en') return `${sign}$${amount}`
  return `${amount.replace(/^[\d.,]+/, (digits) => isolated(sign + digits))} دولار`
}

/** Money in billions with its sign, for tables whose head names the unit. */
export function billions(value: number | null | undefined, digits = 1): string {
  return printed(value, { ...fixed(digits), signDisplay: 'exceptZero' })
}

/** A plain number with at most so many decimals. */
export function number(value: number | null | undefined, digits = 2): string {
  return printed(value, { maximumFractionDigits: digits })
}

/** A tiny number as a power of ten: 3.1e-13 is 3.1 × 10⁻¹³. */
export function scientific(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return number(value)
  const [digits = '', power = ''] = value.toExponential(1).split('e')
  const raised = Array.from(power.replace('+', ''), (sign) => superscripts['-0123456789'.indexOf(sign)]).join('')
  return typeset(`${digits} × 10${raised}`)
}

const superscripts = [...'⁻⁰¹²³⁴⁵⁶⁷⁸⁹']

export function date(iso: string): string {
  const moment = new Date(iso)
  if (Number.isNaN(moment.getTime())) return iso
  return new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'short' }).format(moment)
}

/** Names in a row: China, Russia and India. */
export function list(items: string[], type: 'conjunction' | 'disjunction' = 'conjunction'): string {
  return new Intl.ListFormat(locale(), { type }).format(items)
}

function fixed(digits: number): Intl.NumberFormatOptions {
  return { minimumFractionDigits: digits, maximumFractionDigits: digits }
}
