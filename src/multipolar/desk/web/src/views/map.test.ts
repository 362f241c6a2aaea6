import { describe, expect, it } from 'vitest'
import type { World } from '../api/types'
import { colourAt, mixed, ramp } from '../charts/colours'
import { world } from './answer.fixture'
import { owners, painted, pieces } from './map'

const larger: World = {
  ...world,
  countries: [
    ...world.countries,
    { code: 'REU', names: { en: '', ar: '' }, gdp: 1, trade_balance: 0, members: ['LVA', 'MLT'] },
  ],
}

describe('who a shape belongs to', () => {
  const owned = owners(larger, ['RUS', 'LVA', 'PER', 'CHN'])

  it('is the economy, the aggregate, or the rest of the world', () => {
    expect(owned.get('RUS')).toEqual({ economy: 'RUS', within: false })
    expect(owned.get('LVA')).toEqual({ economy: 'REU', within: true })
    expect(owned.get('PER')).toEqual({ economy: 'ROW', within: true })
  })

  it('is nobody in a world without a rest', () => {
    const alone = { ...world, countries: world.countries.filter(({ code }) => code !== 'ROW') }
    expect(owners(alone, ['PER']).has('PER')).toBe(false)
  })

  it('makes pieces that hold every shape once', () => {
    const made = pieces(['RUS', 'LVA', 'PER', null, 'CHN', 'ABW'], owners(larger, ['RUS', 'LVA', 'PER', 'CHN', 'ABW']))
    expect(made.flatMap(({ shapes }) => shapes).sort()).toEqual([0, 1, 2, 3, 4, 5])
    expect(made.find(({ economy }) => economy === 'ROW')).toEqual({ economy: 'ROW', within: true, shapes: [2, 5] })
    expect(made.find(({ economy }) => economy === '')!.shapes).toEqual([3])
  })
})

describe('colours of the map', () => {
  const colours = ramp(false)
  const theme = { surface: '#ffffff', neutral: '#e9ecef' }
  const scale = { bound: 2, spread: 'even' as const, colours, sense: 1 as const, format: String }

  it('show what is missing as missing', () => {
    expect(painted(null, false, scale, theme)).toBe(theme.neutral)
  })

  it('are paler for aggregates and turned where a rise is a loss', () => {
    expect(painted(-2, false, scale, theme)).toBe(colours[0])
    expect(painted(-2, true, scale, theme)).toBe(mixed(colours[0]!, '#ffffff', 0.5))
    expect(painted(-1, false, { ...scale, sense: -1 }, theme)).toBe(colourAt(0.5, colours))
  })
})
