import { afterEach, describe, expect, it } from 'vitest'
import { setLanguage } from './language.svelte'
import { billions, list, money, number, percent, scientific, share } from './format'

// What only steers the direction of writing is no part of what is read.
const read = (text: string) => text.replace(/[\u200e\u200f\u061c\u2066\u2069]/g, '').replace(/\u00a0/g, ' ')

afterEach(() => setLanguage('en'))

describe('numbers', () => {
  it('print a change with its sign and two decimals', () => {
    expect(percent(1.234)).toBe('+1.23%')
    expect(percent(-5)).toBe('−5.00%')
    expect(percent(0)).toBe('0.00%')
    expect(percent(-0.001)).toBe('0.00%')
    expect(percent(null)).toBe('–')
    expect(percent(Number.NaN)).toBe('–')
  })

  it('print money in words', () => {
    expect(money(60_600)).toBe('$60.6 billion')
    expect(money(-1_234_000)).toBe('−$1.2 trillion')
    expect(money(78.4, true)).toBe('+$78.4 million')
    expect(money(-1e-9, true)).toBe('$0')
    expect(money(-0.05)).toBe('−$50 thousand')
    expect(money(undefined)).toBe('–')
  })

  it('print rates, plain numbers and powers of ten', () => {
    expect(share(0.4)).toBe('40%')
    expect(share(0.125, 1)).toBe('12.5%')
    expect(number(1234.567)).toBe('1,234.57')
    expect(billions(-3.14)).toBe('−3.1')
    expect(read(scientific(8.8e-12))).toBe('8.8 × 10⁻¹²')
    expect(read(scientific(0))).toBe('0')
  })

  it('keep Latin digits in Arabic', () => {
    setLanguage('ar')
    expect(read(percent(-1.5))).toContain('1.50')
    expect(read(money(60_600))).toBe('60.6 مليار دولار')
    expect(list(['أ', 'ب'])).toBe('أ وب')
  })

  it('join names without a comma before the last', () => {
    expect(list(['oil', 'gas', 'coal'])).toBe('oil, gas and coal')
  })
})
