import { afterEach, describe, expect, it } from 'vitest'
import type { World } from '../api/types'
import { setLanguage, setNames } from '../i18n'
import { choices, corrected } from './correct'
import { found, plain, sectorOptions, selectorOf, withChoice } from './selector'
import { directionOf, fraction, sentence } from './sentence'

const both = (en: string, ar = en) => ({ en, ar })
const country = (code: string, en: string, ar: string) => ({ code, names: both(en, ar), gdp: 1, trade_balance: 0, members: [] })

const world = {
  countries: [
    country('USA', 'United States', 'الولايات المتحدة'),
    country('CHN', 'China', 'الصين'),
    country('RUS', 'Russia', 'روسيا'),
    country('HUN', 'Hungary', 'هنغاريا'),
  ],
  groups: [{ name: 'EU27', names: both('EU27', 'الاتحاد الأوروبي'), members: ['HUN'] }],
  sectors: [
    { code: 'ELE', names: both('Computers, electronics and optics', 'الحواسيب'), output: 1 },
    { code: 'OIL', names: both('Crude oil', 'النفط الخام'), output: 1 },
  ],
  sector_groups: [{ name: 'electronics', description: 'Electronics', sectors: ['ELE'] }],
  rails: ['USD', 'CNY'],
} as unknown as World

setNames(world)
afterEach(() => setLanguage('en'))

describe('the sentence of a measure', () => {
  it('says importer, exporter, goods and rate', () => {
    const tariff = { kind: 'tariff', importer: 'USA', exporter: 'CHN', sector: 'electronics', rate: 0.4 }
    expect(sentence(tariff, world)).toBe('Imports of electronics from China into the United States are taxed at 40%.')
    setLanguage('ar')
    expect(sentence(tariff, world)).toContain('واردات الولايات المتحدة من الصين (الإلكترونيات)')
  })

  it('names who is left out, and goods inside the sentence', () => {
    const ban = { kind: 'import_ban', importer: ['EU27', '-HUN'], exporter: 'RUS', sector: ['OIL', 'ELE'] }
    expect(sentence(ban, world)).toBe(
      'Imports of crude oil and computers, electronics and optics from Russia into the European Union except Hungary are banned by the importer.',
    )
  })

  it('turns with the sign', () => {
    const cheaper = { kind: 'trade_cost', importer: 'USA', exporter: 'CHN', ad_valorem: -0.1 }
    expect(sentence(cheaper, world)).toBe(
      'Moving all goods and services from China to the United States costs 10% less of the value.',
    )
  })

  it('falls back to the kind where it knows no sentence', () => {
    expect(sentence({ kind: 'novelty' }, world)).toBe('novelty')
  })

  it('draws the goods from exporter to importer', () => {
    expect(directionOf({ kind: 'tariff', importer: 'USA', exporter: 'CHN' })).toEqual({
      exporter: 'China',
      importer: 'the United States',
      both: false,
    })
    expect(directionOf({ kind: 'embargo', sides: [['EU27', 'USA'], 'RUS'] })).toMatchObject({ both: true, importer: 'Russia' })
    expect(directionOf({ kind: 'transfer', payer: 'USA', receiver: 'RUS' })).toBeUndefined()
  })

  it('reads rates as fractions and as percent', () => {
    expect([fraction(0.4), fraction('40%'), fraction('50 bcm'), fraction(undefined)]).toEqual([0.4, 0.4, undefined, undefined])
  })
})

describe('a selector', () => {
  it('keeps all apart from single choices, and exceptions beside them', () => {
    expect(withChoice(['all'], 'CHN')).toEqual(['CHN'])
    expect(withChoice(['CHN', 'RUS'], 'all')).toEqual(['all'])
    expect(withChoice(['EU27'], '-HUN')).toEqual(['EU27', '-HUN'])
    expect(withChoice(['EU27', '-HUN'], 'HUN')).toEqual(['EU27', 'HUN'])
    expect(withChoice([], '-HUN')).toEqual(['all', '-HUN'])
  })

  it('is a word where it is one choice', () => {
    expect([selectorOf([]), selectorOf(['CHN']), selectorOf(['CHN', 'RUS'])]).toEqual([undefined, 'CHN', ['CHN', 'RUS']])
  })

  it('finds by code and name, in both languages, whatever the accents', () => {
    const naming = { place: (code: string) => code, sector: (code: string) => code, goods: (group: string) => group }
    const options = sectorOptions(world, naming, { all: 'all goods' })
    expect(found(options, 'oil')[0]?.value).toBe('OIL')
    expect(found(options, 'النفط')[0]?.value).toBe('OIL')
    expect(plain('Türkiye')).toBe('turkiye')
    expect(plain('أَلمانيا')).toBe('المانيا')
  })

  it('replaces a name that is unknown in its field', () => {
    expect(corrected({ kind: 'tariff', importer: ['USA', 'ELE'], exporter: '-CHX', sector: 'OIL' }, world, 'CHN')).toEqual({
      kind: 'tariff',
      importer: ['USA', 'CHN'],
      exporter: '-CHN',
      sector: 'OIL',
    })
  })
})

describe('names to choose from', () => {
  it('are each there once, without what explains them', () => {
    expect(choices(['CHN', 'CHN (China)', 'THA'])).toEqual(['CHN', 'THA'])
  })
})
