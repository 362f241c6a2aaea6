import { describe, expect, it } from 'vitest'
import { answer, world } from './answer.fixture'
import { isCutOff, worthOfGdp } from './cutOff'
import { changeOf, readAs, shownVariable } from './values'

const russia = { real_income: -6, real_gdp: -9, equivalent_variation: -24_000, exports: 0, imports: 0 }
const cut = { ...answer, outcome: { ...answer.outcome, countries: { ...answer.outcome.countries, RUS: russia } } }
const fixed = { ...cut.outcome, certificate: { ...cut.outcome.certificate, deficits: 'fixed' } }

describe('a country that is cut off', () => {
  it('is one that trades with nobody under proportional deficits', () => {
    expect(isCutOff(cut.outcome, 'RUS')).toBe(true)
    expect(isCutOff(cut.outcome, 'CHN')).toBe(false)
    expect(isCutOff(fixed, 'RUS')).toBe(false)
    expect(isCutOff(null, 'RUS')).toBe(false)
  })

  it('shows real GDP where others show real income', () => {
    expect(changeOf(cut, 'first', shownVariable('real_income'), 'RUS')).toBe(-9)
    expect(readAs(cut, 'first', shownVariable('real_income'), 'RUS').key).toBe('real_gdp')
    expect(readAs(cut, 'first', shownVariable('real_income'), 'CHN').key).toBe('real_income')
    expect(readAs(cut, 'first', shownVariable('real_wage'), 'RUS').key).toBe('real_wage')
  })

  it('is read so in a comparison too, if either scenario cuts it off', () => {
    const compared = { ...answer, against: cut.outcome, relative: answer.outcome }
    expect(readAs(compared, 'first', shownVariable('real_income'), 'RUS').key).toBe('real_income')
    expect(readAs(compared, 'difference', shownVariable('real_income'), 'RUS').key).toBe('real_gdp')
  })

  it('has a worth by its GDP', () => {
    const [first] = world.countries
    expect(worthOfGdp(world, first!.code, -10)).toBeCloseTo(-0.1 * first!.gdp)
    expect(worthOfGdp(world, 'ATL', -10)).toBeNull()
  })
})
