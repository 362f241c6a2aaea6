import { describe, expect, it } from 'vitest'
import { decimals, heldBound, heldExtent, heldOrder, largestMagnitude, niceBound, withRoom } from './bounds'

describe('round bounds', () => {
  it.each([
    [1.58, 2],
    [2, 2],
    [2.01, 4],
    [0.37, 0.4],
    [7.9, 8],
    [8.1, 10],
    [590, 600],
    [0, 0.01],
    [NaN, 0.01],
    [0.0003, 0.01],
  ])('%f is held by %f', (largest, bound) => {
    expect(niceBound(largest)).toBe(bound)
  })

  it('measures what is known', () => {
    expect(largestMagnitude([1, null, -3, undefined, NaN])).toBe(3)
    expect(largestMagnitude([])).toBe(0)
  })

  it('grow at once and shrink only when the hand rests', () => {
    const held = heldBound()
    expect(held(0.5, true)).toBe(0.6)
    expect(held(3, true)).toBe(4)
    expect(held(0.5, true)).toBe(4)
    expect(held(0.5, false)).toBe(0.6)
  })

  it('are held on either side of zero', () => {
    const held = heldExtent()
    expect(held([-1.5, 0.3, null], false)).toEqual([-2, 0.4])
    expect(held([-0.1, 0.7], true)).toEqual([-2, 0.8])
    expect(held([0, null], false)).toEqual([-0.01, 0.01])
  })

  it('leave so many pixels for figures', () => {
    const [low, high] = withRoom([-2, 2], 500, 50)
    const pixelsToEach = 500 / (high - low)
    expect((-2 - low) * pixelsToEach).toBeCloseTo(50)
    expect((high - 2) * pixelsToEach).toBeCloseTo(50)
  })
})

describe('a held order', () => {
  const order = heldOrder<{ key: string }>(({ key }) => key)
  const of = (keys: string) => [...keys].map((key) => ({ key }))
  const text = (items: { key: string }[]) => items.map(({ key }) => key).join('')

  it('stays while the hand moves', () => {
    expect(text(order(of('abc'), false))).toBe('abc')
    expect(text(order(of('cab'), true))).toBe('abc')
    expect(text(order(of('cab'), false))).toBe('cab')
    expect(text(order(of('xy'), true))).toBe('xy')
  })
})

it('leaves two or three figures to the largest number', () => {
  expect([250, 25, 2.5, 0.25, 0.025, 0.0025, 0].map(decimals)).toEqual([0, 1, 2, 2, 3, 4, 2])
})
