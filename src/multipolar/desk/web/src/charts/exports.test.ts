import { describe, expect, it } from 'vitest'
import { csv, svg, type Picture } from './exports'
import type { Frame } from './frame'
import type { ChartTheme } from './theme.svelte'

const theme: ChartTheme = {
  dark: false,
  font: "'IBM Plex Sans', sans-serif",
  ink: '#000000',
  soft: '#444444',
  line: '#cccccc',
  strong: '#888888',
  surface: '#ffffff',
  sunken: '#eeeeee',
  accent: '#0000aa',
  gain: '#0000ff',
  loss: '#ff8800',
  neutral: '#dddddd',
}

const heading = {
  title: 'Change of income, "percent" <now>',
  unit: 'percent',
  source: 'Multipolar & others',
  scenario: 'A test',
  hash: 'e3097f9b1c91',
}

const picture: Picture = {
  heading,
  theme,
  mirrored: false,
  height: 200,
  build: (frame: Frame) => ({
    tooltip: { formatter: () => '' },
    xAxis: { type: 'value' },
    yAxis: { type: 'category', data: ['Russia & China'] },
    series: [{ type: 'bar', data: [frame.still ? 1 : 2] }],
  }),
}

describe('a picture as SVG', () => {
  it('says what it shows, from where and of which scenario', async () => {
    const text = await svg(picture).text()
    expect(text).toContain('Change of income, &quot;percent&quot; &lt;now&gt;')
    expect(text).toContain('A test · e3097f9b1c91')
    expect(text).toContain('Multipolar &amp; others')
    expect(text).toContain('Russia &amp; China')
  })

  it('is well formed: no attribute ends inside a name', async () => {
    const text = await svg(picture).text()
    expect(text).not.toMatch(/[^=]"[A-Za-z]/)
    expect(text.match(/<svg /g)).toHaveLength(text.match(/<\/svg>/g)!.length)
  })
})

it('has the same heading as CSV', async () => {
  const table = { caption: '', columns: [{ label: 'Economy' }], rows: [{ key: 'a', cells: ['Austria'] }] }
  const text = await csv(table, heading).text()
  expect(text).toContain('# A test\r\n# e3097f9b1c91\r\n# Multipolar & others\r\nEconomy\r\nAustria')
})
