import { categoryAxis, grid, valueAxis, zeroLine } from '../charts/axes'
import { withRoom } from '../charts/bounds'
import type { Drawn, Frame } from '../charts/frame'
import { directed } from '../charts/text'
import type { Bar } from './bars'

export type Bars = {
  above: Bar[]
  below: Bar[]
  extent: [number, number]
  sense: 1 | -1
  both: boolean
  /** Room for names, where it is wide. */
  names?: number
  selected: string
  name: (key: string) => string
  axis: (value: number) => string
  figure: (value: number | null) => string
  said: (key: string) => string
}

const row = 20
const doubleRow = 28
const axisRoom = 30
const gap = 18

export function barsHeight(bars: Pick<Bars, 'above' | 'below' | 'both'>): number {
  const tall = bars.both ? doubleRow : row
  return axisRoom + bars.above.length * tall + (bars.above.length > 0 ? gap : 0) + bars.below.length * tall + 8
}

/** Groups above, economies below, on one scale with zero in the middle of what there is. */
export function barsOption(frame: Frame, bars: Bars): Drawn {
  const tall = bars.both ? doubleRow : row
  const [above, below] = [bars.above.length * tall, bars.below.length * tall]
  const names = frame.narrow ? 110 : (bars.names ?? 190)
  const end = 12
  const place = (id: string, top: number, height: number) => ({
    ...grid(frame, id, { names, end, top, bottom: 0 }),
    bottom: undefined,
    height,
  })
  const [min, max] = withRoom(bars.extent, frame.width - names - end, frame.narrow ? 48 : 54)
  const axis = { min, max, format: bars.axis, padded: true }
  const first = axisRoom
  const second = first + (above > 0 ? above + gap : 0)
  return {
    tooltip: { formatter: (event: { data?: { key?: string } }) => bars.said(event.data?.key ?? '') },
    grid: [place('above', first, above), place('below', second, below)],
    xAxis: [
      valueAxis(frame, { id: 'above-x', gridId: 'above', ...axis }),
      {
        ...valueAxis(frame, { id: 'below-x', gridId: 'below', ...axis }),
        ...(above > 0 ? { axisLabel: { show: false } } : {}),
      },
    ],
    yAxis: [nameAxis(frame, 'above', bars.above, bars, names), nameAxis(frame, 'below', bars.below, bars, names)],
    series: [...series(frame, 'above', bars.above, bars), ...series(frame, 'below', bars.below, bars)],
  }
}

function nameAxis(frame: Frame, side: string, shown: Bar[], bars: Bars, width: number): object {
  const strong = shown.findIndex(({ key }) => key === bars.selected)
  return categoryAxis(frame, {
    id: `${side}-y`,
    gridId: side,
    names: shown.map(({ key }) => bars.name(key)),
    width: width - 12,
    strong,
  })
}

function series(frame: Frame, side: string, shown: Bar[], bars: Bars): object[] {
  const { theme } = frame
  const common = { type: 'bar', xAxisId: `${side}-x`, yAxisId: `${side}-y`, barMaxWidth: 14, barGap: '10%' }
  const colour = (value: number | null) => ((value ?? 0) * bars.sense < 0 ? theme.loss : theme.gain)
  const own = {
    ...common,
    id: side,
    markLine: zeroLine(frame),
    label: {
      show: true,
      color: theme.ink,
      fontSize: 11,
      formatter: ({ dataIndex }: { dataIndex: number }) => directed(bars.figure(shown[dataIndex]?.value ?? null)),
    },
    data: shown.map(({ key, value }) => ({
      key,
      value: value ?? '-',
      itemStyle: { color: colour(value) },
      label: { position: (value ?? 0) < 0 !== frame.mirrored ? 'left' : 'right' },
    })),
  }
  const other = {
    ...common,
    id: `${side}-other`,
    data: shown.map(({ key, other: value }) => ({
      key,
      value: value ?? '-',
      itemStyle: { color: 'transparent', borderColor: colour(value), borderWidth: 1.5 },
    })),
  }
  return bars.both ? [own, other] : [own]
}
