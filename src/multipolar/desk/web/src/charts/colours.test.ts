import { describe, expect, it } from 'vitest'
import { colourAt, mixed, position, ramp, seriesColour, valueAt } from './colours'

describe.each([true, false])('colours, dark: %s', (dark) => {
  const colours = ramp(dark)

  it('have zero in the middle and both ends at the same distance', () => {
    expect(colours.length % 2).toBe(1)
    expect(colourAt(0, colours)).toBe(colours[(colours.length - 1) / 2])
    expect(colourAt(-1, colours)).toBe(colours[0])
    expect(colourAt(1, colours)).toBe(colours.at(-1))
    expect(colourAt(-9, colours)).toBe(colours[0])
  })

  it('are orange below zero and blue above', () => {
    const parts = (colour: string) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16))
    for (const place of [0.2, 0.5, 0.9]) {
      const [below, above] = [parts(colourAt(-place, colours)), parts(colourAt(place, colours))]
      expect(below[0]!).toBeGreaterThan(below[2]!)
      expect(above[2]!).toBeGreaterThan(above[0]!)
    }
  })
})

describe('positions', () => {
  it.each(['even', 'small'] as const)('are symmetric and turn back, %s', (spread) => {
    for (const value of [0, 0.1, 0.7, 2]) {
      expect(position(-value, 2, spread)).toBeCloseTo(-position(value, 2, spread))
      expect(valueAt(position(value, 2, spread), 2, spread)).toBeCloseTo(value)
    }
    expect(position(5, 2, spread)).toBe(1)
  })

  it('spread small changes', () => {
    expect(position(0.5, 2, 'small')).toBe(0.5)
    expect(position(0.5, 2, 'even')).toBe(0.25)
  })
})

it('mixes and goes round', () => {
  expect(mixed('#000000', '#ffffff', 0.5)).toBe('#808080')
  expect(mixed('#fff', '#000', 0)).toBe('#ffffff')
  expect(seriesColour(8, false)).toBe(seriesColour(0, false))
})
