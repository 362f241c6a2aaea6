import { describe, expect, it } from 'vitest'
import type { TradeSeen } from '../api/types'
import { answer } from './answer.fixture'
import { buyersFrom, byTrade, changeOfFlow, largestAndOthers, matrixOf, OTHERS, suppliersOf } from './flows'

const trade = answer.views.trade as TradeSeen
const sum = (values: (number | null)[]) => values.reduce<number>((total, value) => total + (value ?? 0), 0)
const whole = (matrix: (number | null)[][]) => sum(matrix.map(sum))

describe('partners', () => {
  it('are those that sell and those that buy', () => {
    expect(suppliersOf(trade, 'RUS')).toEqual([
      { code: 'CHN', before: 80, after: 40 },
      { code: 'ROW', before: 40, after: 50 },
    ])
    expect(buyersFrom(trade, 'RUS').map(({ after }) => after)).toEqual([60, 90])
  })

  it('keep their total where small ones are summed', () => {
    const pairs = [5, 1, 3, 2, 0].map((before, at) => ({ code: `C${at}`, before, after: 2 * before }))
    const made = largestAndOthers(pairs, 2)
    expect(made.map(({ code }) => code)).toEqual(['C0', 'C2', OTHERS])
    expect(sum(made.map(({ before }) => before))).toBe(11)
    expect(sum(made.map(({ after }) => after))).toBe(22)
    expect(largestAndOthers(pairs, 4)).toHaveLength(4)
  })
})

describe('the heat map', () => {
  it('keeps the order of the world and every total', () => {
    for (const kept of [['CHN'], ['ROW', 'RUS'], ['RUS', 'CHN', 'ROW'], []]) {
      const matrix = matrixOf(trade, new Set(kept))
      expect(matrix.codes.filter((code) => code !== OTHERS)).toEqual(
        trade.countries.filter((code) => kept.includes(code)),
      )
      expect(matrix.codes.includes(OTHERS)).toBe(kept.length < trade.countries.length)
      expect(whole(matrix.before)).toBe(whole(trade.before))
      expect(whole(matrix.after)).toBe(whole(trade.after))
    }
  })

  it('has exporters down and importers across, and nothing on the diagonal of a named economy', () => {
    const { codes, before } = matrixOf(trade, new Set(['RUS']))
    expect(codes).toEqual(['RUS', OTHERS])
    expect(before).toEqual([
      [null, 200],
      [120, 500],
    ])
  })

  it('orders economies by what they trade', () => {
    expect(byTrade(trade)).toEqual(['CHN', 'ROW', 'RUS'])
  })

  it('has no change in percent of what was nothing', () => {
    expect(changeOfFlow(0, 5, true)).toBeNull()
    expect(changeOfFlow(0, 5, false)).toBe(5)
    expect(changeOfFlow(50, 25, true)).toBe(-50)
    expect(changeOfFlow(null, 5, false)).toBeNull()
  })
})
