import { describe, expect, it } from 'vitest'
import { columnsOf, heightsToScale, nodeValue, type Panel } from './sankey'

const node = (id: string, depth: number) => ({ id, name: id, depth, colour: '#000000' })
const panel = (scale: number): Panel => ({
  title: '',
  total: '',
  nodes: [node('a', 0), node('b', 0), node('self', 1), node('c', 2), node('never', 2)],
  links: [
    { from: 'a', to: 'self', value: 3 * scale },
    { from: 'b', to: 'self', value: 2 * scale },
    { from: 'self', to: 'c', value: 4 * scale },
    { from: 'self', to: 'never', value: 0 },
  ],
})

describe('two Sankey diagrams', () => {
  it('make a node as tall as what goes in or out', () => {
    expect(nodeValue(panel(1).links, 'self')).toBe(5)
    expect(columnsOf(panel(1))).toEqual([
      { count: 2, sum: 5 },
      { count: 1, sum: 5 },
      { count: 1, sum: 4 },
    ])
  })

  it('have one scale: half the flow is half as thick', () => {
    const [large, small] = heightsToScale([panel(2), panel(1)], 306)
    expect(large).toBe(306)
    expect(small! - 6).toBeCloseTo((large! - 6) / 2)
  })

  it('survive a panel without flows', () => {
    expect(heightsToScale([{ ...panel(1), links: [] }], 100)).toEqual([100])
  })
})
