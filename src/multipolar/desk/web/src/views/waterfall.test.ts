import { describe, expect, it } from 'vitest'
import type { Channel } from '../api/types'
import { OTHERS, steps, TOTAL } from './waterfall'

const channel = (name: Channel, points: number) => ({ channel: name, points, phrase: '', details: [] })

describe('the waterfall', () => {
  const channels = [
    channel('resources', -0.7),
    channel('suppliers_lost', -0.5),
    channel('wages', 0.1),
    channel('rents', 0),
  ]
  const made = steps({ channels, percent: -1.1 })

  it('leads from zero to the whole without a gap', () => {
    expect(made[0]).toMatchObject({ start: 0, end: -0.7 })
    const parts = made.slice(0, -1)
    parts.slice(1).forEach((step, at) => expect(step.start).toBe(parts[at]!.end))
    expect(parts.at(-1)!.end).toBeCloseTo(-1.1)
    expect(made.at(-1)).toEqual({ key: TOTAL, points: -1.1, start: 0, end: -1.1 })
  })

  it('draws what is too small to be seen as one, so that the sum holds', () => {
    const many = [
      channel('resources', -1),
      ...(['wages', 'capital', 'imports'] as const).map((name) => channel(name, -0.009)),
    ]
    const drawn = steps({ channels: many, percent: -1.027 })
    expect(drawn.map(({ key }) => key)).toEqual(['resources', OTHERS, TOTAL])
    expect(drawn[1]!.end).toBeCloseTo(-1.027)
  })

  it('shows the whole alone where nothing happened', () => {
    expect(steps({ channels: [], percent: 0 })).toEqual([{ key: TOTAL, points: 0, start: 0, end: 0 }])
  })
})
