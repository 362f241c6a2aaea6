import { categoryAxis, grid, valueAxis, zeroLine } from '../charts/axes'
import { seriesColour } from '../charts/colours'
import { withRoom } from '../charts/bounds'
import type { Drawn, Frame } from '../charts/frame'
import { directed } from '../charts/text'

export const means = ['capacity', 'budget', 'cost'] as const
export type MeansKey = (typeof means)[number]
export type MeansRow = { key: string; changes: Record<MeansKey, number | null> }
export type War = {
  rows: MeansRow[]
  extent: [number, number]
  name: (code: string) => string
  measure: (key: MeansKey) => string
  axis: (value: number) => string
  said: (code: string) => string
}

const row = 46
const top = 62

export const warHeight = (count: number): number => top + count * row + 8

/** Capacity over what it is made of: the budget, and what means of war cost. */
export function warOption(frame: Frame, war: War): Drawn {
  const names = frame.narrow ? 110 : 170
  const { theme, mirrored } = frame
  const [min, max] = withRoom(war.extent, frame.width - names - 24, 8)
  return {
    tooltip: { formatter: ({ data }: { data: { key: string } }) => war.said(data.key) },
    legend: {
      top: 0,
      left: mirrored ? undefined : names,
      right: mirrored ? names : undefined,
      itemWidth: 14,
      itemHeight: 10,
      textStyle: { color: theme.ink, fontFamily: theme.font },
      selectedMode: false,
      data: means.map((key) => ({ name: key })),
      formatter: (key: string) => directed(war.measure(key as MeansKey)),
    },
    grid: [grid(frame, 'means', { names, end: 24, top, bottom: 8 })],
    xAxis: [valueAxis(frame, { id: 'x', gridId: 'means', min, max, format: war.axis, padded: true })],
    yAxis: [
      categoryAxis(frame, {
        id: 'y',
        gridId: 'means',
        names: war.rows.map(({ key }) => war.name(key)),
        width: names - 12,
      }),
    ],
    series: means.map((key, at) => ({
      id: key,
      name: key,
      type: 'bar',
      barWidth: key === 'capacity' ? 14 : 8,
      barGap: '12%',
      barCategoryGap: '28%',
      itemStyle: { color: seriesColour(at, theme.dark) },
      data: war.rows.map((each) => ({ key: each.key, value: each.changes[key] ?? '-' })),
      ...(at === 0 ? { markLine: zeroLine(frame) } : {}),
    })),
  }
}
