import { describe, expect, it } from 'vitest'
import type { Curve, FuelsSeen, MeasureKind, Scenario, SectorsSeen } from '../api/types'
import { answered, COALITION, DIRECT, hubsOf, OWN, sellers, ways, type Controlled } from './controlled'
import { frozen, gaps, inRange, line, mostMoved, sliders, usualSlider, valuesAlong } from './curve'
import { OTHERS } from './flows'
import { corridorsByEnds, fuelFlows, gathered, largest } from './fuels'
import { sectorChange, sectorVariables } from './sectors'
import { railsOf } from './settlement'

describe('fuels', () => {
  const seen: FuelsSeen = {
    fuel: 'oil',
    unit: 'Mt',
    withheld: '',
    countries: ['RUS', 'CHN', 'SAU', 'USA'],
    before: [
      [50, 100, 0, 0],
      [0, 200, 0, 0],
      [0, 80, 30, 40],
      [0, 10, 0, 500],
    ],
    after: [
      [60, 20, 0, 0],
      [0, 190, 0, 0],
      [0, 120, 30, 40],
      [0, 15, 0, 500],
    ],
    production: { before: [150, 200, 150, 510], after: [80, 190, 190, 515] },
    corridors: [],
  }

  it('leave home use out and keep what is traded', () => {
    expect(largest(seen, 'exporter', 2)).toEqual(['SAU', 'RUS'])
    const flows = gathered(seen.countries, seen.before, ['RUS', OTHERS], ['CHN', OTHERS])
    expect([...flows.values()].reduce((sum, flow) => sum + flow, 0)).toBe(230)
    expect(flows.get(`${OTHERS}>CHN`)).toBe(90)
  })

  it('are missing afterwards where they are withheld', () => {
    expect(fuelFlows({ ...seen, after: [] })[0]).toEqual({ exporter: 'RUS', importer: 'CHN', before: 100, after: null })
    expect(fuelFlows(seen)[0]).toMatchObject({ exporter: 'SAU', importer: 'CHN', after: 120 })
  })

  it('show corridors between the same ends once, because what they carry is not known apart', () => {
    const one = { exporter: 'RUS', importer: 'CHN', name: 'One', before: 33.6, after: 58.8 }
    const found = corridorsByEnds([one, { ...one, name: 'Two' }, { ...one, importer: 'DEU', before: 1, after: 0 }])
    expect(found.map(({ names, before }) => [names, before])).toEqual([
      [['One', 'Two'], 33.6],
      [['One'], 1],
    ])
  })
})

describe('controlled goods', () => {
  const seen: Controlled = {
    targets: ['RUS'],
    coalition: ['USA', 'DEU'],
    suppliers: [
      { code: 'CHN', before: 70, direct: 80, through: {}, after: 80 },
      { code: 'USA', before: 30, direct: 0, through: { KAZ: 4, TUR: 1 }, after: 5 },
      { code: 'DEU', before: 20, direct: 0, through: { KAZ: 3 }, after: 3 },
      { code: 'IND', before: 5, direct: 6, through: {}, after: 6 },
      { code: OWN, before: 90, direct: 95, through: {}, after: 95 },
    ],
    hubs: [],
    sold: 50,
    gone: 84,
    round: 16,
    own: 5,
    others: 11,
    price: 1,
    means: { RUS: -0.8 },
    units: {},
  }
  const found = ways(seen, 1)

  it('keep their totals', () => {
    expect(found.reduce((sum, { before }) => sum + before, 0)).toBe(215)
    expect(found.reduce((sum, { after }) => sum + after, 0)).toBe(189)
    expect(found.find(({ seller, hub }) => seller === COALITION && hub === 'KAZ')).toMatchObject({
      before: 0,
      after: 7,
    })
  })

  it('have the coalition first and own makers last, direct ways before hubs', () => {
    expect(sellers(found)).toEqual([COALITION, 'CHN', 'others', OWN])
    expect(hubsOf(found)[0]).toBe(DIRECT)
  })

  it('are told apart from a refusal', () => {
    expect(answered({ refused: 'no control' })).toBeNull()
    expect(answered({ ...seen, refused: 'no control' } as never)).toBeNull()
    expect(answered(undefined)).toBeNull()
    expect(answered({ ...seen, refused: '' } as never)).not.toBeNull()
  })
})

describe('the response curve', () => {
  const scenario: Scenario = { version: 1, name: 's', measures: [{ kind: 'tariff', rate: 0.6 }, { kind: 'embargo' }] }
  const field = { unit: '', required: false, default: null, description: '', choices: [] }
  const kinds: MeasureKind[] = [
    {
      kind: 'tariff',
      summary: '',
      example: { kind: 'tariff' },
      fields: [
        { ...field, name: 'rate', type: 'rate' },
        { ...field, name: 'note', type: 'text' },
        { ...field, name: 'cut', type: 'rate' },
      ],
    },
  ]

  it('runs along numbers that are set', () => {
    expect(sliders(scenario, kinds)).toEqual([
      { measure: 0, kind: 'tariff', field: 'rate', rate: true, value: 0.6, given: true },
    ])
  })

  it('begins with a number that is set, and offers none that a hub rules out', () => {
    const rate = (name: string) => ({ ...field, name, type: 'rate' as const, default: 1 })
    const control = { kind: 'technology_control', summary: '', example: { kind: '' }, fields: [rate('supply'), rate('enforcement')] }
    const both = { ...scenario, measures: [{ kind: 'technology_control', hubs: 'known' }, { kind: 'tariff', rate: 0.2 }] }
    const possible = sliders(both, [...kinds, control])
    expect(possible.map(({ field }) => field)).toEqual(['enforcement', 'rate'])
    expect(usualSlider(possible)?.field).toBe('rate')
  })

  it('goes through nothing and the present value', () => {
    const values = valuesAlong({ field: 'rate', rate: true, value: 0.6 })
    expect(values).toHaveLength(21)
    expect(values[0]).toBe(0)
    expect(values).toContain(0.6)
    expect(valuesAlong({ field: 'rate', rate: true, value: 0.1 }).at(-1)).toBe(1)
    expect(valuesAlong({ field: 'enforcement', rate: true, value: 0.8 }).at(-1)).toBe(1)
  })

  it('stays while only its own number moves', () => {
    const slider = sliders(scenario, kinds)[0]!
    const moved = { ...scenario, measures: [{ kind: 'tariff', rate: 0.2 }, { kind: 'embargo' }] }
    expect(frozen(moved, slider)).toBe(frozen(scenario, slider))
    expect(frozen({ ...moved, name: 'other' }, slider)).not.toBe(frozen(scenario, slider))
  })

  it('is asked for again where the number leaves it', () => {
    expect([inRange([0, 1], 0.5), inRange([0, 1], 1), inRange([0, -2], -3)]).toEqual([true, true, false])
  })

  it('has gaps where there is no answer', () => {
    const curve: Curve = {
      field: 'rate',
      values: [0, 1, 2, 3],
      variable: 'real_income',
      unit: 'percent',
      series: { RUS: [1, null, null, 2] },
      refused: [
        { value: 1, message: '' },
        { value: 2, message: '' },
      ],
    }
    expect(line(curve, 'RUS')).toEqual([
      [0, 1],
      [1, null],
      [2, null],
      [3, 2],
    ])
    expect(gaps(curve)).toEqual([[1, 2]])
    expect(
      gaps({
        ...curve,
        refused: [
          { value: 0, message: '' },
          { value: 3, message: '' },
        ],
      }),
    ).toEqual([
      [0, 0],
      [3, 3],
    ])
  })

  it('draws the selected economy and those that move most', () => {
    const results = { A: { x: 1 }, B: { x: -3 }, C: { x: null }, D: { x: 2 } }
    expect(mostMoved(results, 'x', 'A', 3)).toEqual(['A', 'B', 'D'])
  })
})

describe('sectors and settlement', () => {
  it('give changes of trade in billions and leave what is missing missing', () => {
    const seen: SectorsSeen = {
      country: 'RUS',
      sectors: ['oil', 'cars'],
      units: {},
      variables: { output: [-3, null], exports: [50_000, 100], exports_before: [80_000, 100] },
    }
    const of = (key: string, at: number) =>
      sectorChange(
        seen,
        sectorVariables.find((each) => each.key === key)!,
        at,
      )
    expect([of('output', 0), of('output', 1), of('exports', 0), of('exports', 1), of('imports', 0)]).toEqual([
      -3,
      null,
      -30,
      0,
      null,
    ])
  })

  it('give shares and their change in points', () => {
    expect(railsOf({ rails: ['USD', 'CNY'], before: { USD: 57, CNY: 5 }, after: { USD: 55, CNY: 7 } })).toEqual([
      { rail: 'USD', before: 57, after: 55, change: -2 },
      { rail: 'CNY', before: 5, after: 7, change: 2 },
    ])
  })
})
