import { describe, expect, it } from 'vitest'
import { answer } from './answer.fixture'
import { changeOf, changeTogether, shownVariable, togethers } from './values'

describe('numbers of an answer', () => {
  it('gives percent as they are and money in billions', () => {
    expect(changeOf(answer, 'first', shownVariable('real_income'), 'RUS')).toBe(-1.2)
    expect(changeOf(answer, 'first', shownVariable('equivalent_variation'), 'RUS')).toBe(-24)
  })

  it('says nothing where nothing is known', () => {
    expect(changeOf(answer, 'first', shownVariable('real_wage'), 'CHN')).toBeNull()
    expect(changeOf(answer, 'second', shownVariable('real_income'), 'RUS')).toBeNull()
    expect(changeOf(answer, 'first', shownVariable('real_income'), 'ATL')).toBeNull()
  })

  it('reads changes of trade off the flows', () => {
    expect(changeOf(answer, 'first', shownVariable('exports_change'), 'RUS')).toBeCloseTo(-25)
    expect(changeOf(answer, 'first', shownVariable('imports_change'), 'CHN')).toBeCloseTo(-25 / 3)
  })

  it('has the groups and then the world', () => {
    expect(togethers(answer).map(({ key }) => key)).toEqual(['BRICS', 'world'])
    const [brics, world] = togethers(answer)
    expect(changeTogether(answer, 'first', shownVariable('real_income'), brics!)).toBe(-0.1)
    expect(changeTogether(answer, 'first', shownVariable('price_index'), world!)).toBeNull()
  })
})
