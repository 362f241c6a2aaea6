import { describe, expect, it } from 'vitest'
import { shade, shadeColour } from './shade'

describe('the shading of a cell', () => {
  it('is centred on nothing and as strong either way', () => {
    expect(shade(0, 10)).toBe(0)
    expect(shade(-2.5, 10)).toBe(-0.5)
    expect(shade(2.5, 10)).toBe(0.5)
  })

  it('is never stronger than for the largest change, and none where nothing changes', () => {
    expect(shade(-40, 10)).toBe(-1)
    expect(shade(1, 0)).toBe(0)
  })

  it('is blue for a gain and orange for a loss', () => {
    expect(shadeColour(1, 1)).toContain('--gain-fill')
    expect(shadeColour(-1, 1)).toContain('--loss-fill')
  })
})
