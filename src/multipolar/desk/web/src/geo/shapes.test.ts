import { describe, expect, it } from 'vitest'
import { equalEarth, type Point } from './projection'
import { markers, shapeCodes, shapes } from './shapes'

function within(ring: Point[], [x, y]: Point): boolean {
  let inside = false
  ring.forEach(([x1, y1], at) => {
    const [x2, y2] = ring.at(at - 1)!
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside
  })
  return inside
}

function owners(point: Point): (string | null)[] {
  const holds = (rings: Point[][]) => within(rings[0]!, point) && !rings.slice(1).some((hole) => within(hole, point))
  return shapes.filter(({ polygons }) => polygons.some(holds)).map(({ code }) => code)
}

describe('borders', () => {
  it.each([
    ['Simferopol', [34.1, 44.95], 'UKR'],
    ['Sevastopol', [33.6, 44.65], 'UKR'],
    ['Kerch', [36.4, 45.35], 'UKR'],
    ['Donetsk', [37.8, 48], 'UKR'],
    ['Krasnodar', [39, 45.05], 'RUS'],
    ['Laayoune', [-12.8, 26.5], 'ESH'],
    ['Taipei', [121.5, 25.03], 'TWN'],
    ['Pristina', [21.1, 42.6], 'XKX'],
    ['Hargeisa', [44, 9.5], 'SOM'],
    ['Famagusta', [33.6, 35.2], 'CYP'],
    ['Tskhinvali', [44, 42.3], 'GEO'],
    ['Sukhumi', [41.2, 43], 'GEO'],
    ['Tiraspol', [29.6, 46.85], 'MDA'],
    ['Ramallah', [35.2, 31.95], 'PSE'],
    ['Gaza', [34.35, 31.42], 'PSE'],
    ['the Golan', [35.8, 33], null],
    ['Haifa', [35.05, 32.75], 'ISR'],
  ] as [string, Point, string | null][])('%s lies in one shape, the expected one', (_name, point, code) => {
    expect(owners(point)).toEqual([code])
  })
})

const reference =
  'USA CAN MEX BRA ARG GBR CHE NOR DEU FRA ITA ESP NLD BEL AUT POL CZE SWE FIN DNK IRL HUN ROU GRC PRT RUS UKR BLR ' +
  'KAZ TUR CHN HKG JPN KOR TWN IND IDN VNM THA MYS SGP PHL AUS SAU ARE EGY MAR ISR ZAF NGA'
const restOfEurope = 'BGR HRV CYP EST LVA LTU LUX MLT SVK SVN'

describe('coverage', () => {
  it.each(`${reference} ${restOfEurope}`.split(' '))('%s has a shape or a circle', (code) => {
    expect(shapeCodes).toContain(code)
  })

  it.each(['HKG', 'SGP', 'LUX', 'MLT', 'BEL', 'CYP'])('%s is small and has a circle', (code) => {
    expect(markers.get(code)).toHaveLength(2)
  })

  it('draws no shape twice', () => {
    const codes = shapes.flatMap(({ code }) => code ?? [])
    expect(new Set(codes).size).toBe(codes.length)
  })
})

describe('equal earth', () => {
  it('keeps the centre, mirrors, and has the published extent', () => {
    expect(equalEarth([0, 0])).toEqual([0, 0])
    expect(equalEarth([180, 0])[0]).toBeCloseTo(270.66, 1)
    expect(equalEarth([0, 90])[1]).toBeCloseTo(131.73, 1)
    expect(equalEarth([-90, -45])).toEqual(equalEarth([90, 45]).map((each) => -each))
  })

  it('keeps areas', () => {
    const cell = (latitude: number) => {
      const [x1, y1] = equalEarth([0, latitude])
      const [x2, y2] = equalEarth([1, latitude + 0.01])
      return ((x2 - x1) * (y2 - y1)) / Math.cos(((latitude + 0.005) * Math.PI) / 180)
    }
    expect(cell(60) / cell(0)).toBeCloseTo(1, 1)
  })
})
