import { describe, expect, it } from 'vitest'
import { answer, world } from './answer.fixture'
import { ends, groupBars, ranked } from './bars'
import { shownVariable } from './values'

describe('ranked bars', () => {
  it('begin with the largest gain; what is missing comes last, and is not zero', () => {
    const bars = ranked(answer, world, 'first', shownVariable('real_wage'), false)
    expect(bars.map(({ key, value }) => [key, value])).toEqual([
      ['ROW', 0.01],
      ['RUS', -0.5],
      ['CHN', null],
    ])
  })

  it('have the groups that the variable knows', () => {
    expect(groupBars(answer, 'first', shownVariable('real_income'), false).map(({ key }) => key)).toEqual([
      'BRICS',
      'world',
    ])
    expect(groupBars(answer, 'first', shownVariable('price_index'), false)).toEqual([])
  })

  it('show both ends and the chosen economy', () => {
    const bars = [...'abcdefgh'].map((key) => ({ key, value: 0, other: null }))
    expect(
      ends(bars, 2, 'd')
        .map(({ key }) => key)
        .join(''),
    ).toBe('abdgh')
    expect(ends(bars, 4, '')).toBe(bars)
  })
})
