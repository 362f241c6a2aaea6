import { categoryAxis, grid, valueAxis, zeroLine } from '../charts/axes'
import { withRoom } from '../charts/bounds'
import type { Drawn, Frame } from '../charts/frame'
import { directed } from '../charts/text'
import { TOTAL, type Step } from './waterfall'

export type Waterfall = {
  steps: Step[]
  extent: [number, number]
  name: (key: string) => string
  axis: (value: number) => string
  figure: (points: number) => string
  said: (step: Step) => string
}

const row = 34
const room = 34
const end = 12

export const waterfallHeight = (count: number): number => room + count * row + 8

type Placing = { coord: (at: [number, number]) => [number, number]; size: (of: [number, number]) => [number, number] }

/** Bars that begin where the one above ended, joined by thin lines; the whole at the bottom, darker. */
export function waterfallOption(frame: Frame, waterfall: Waterfall): Drawn {
  const { steps } = waterfall
  const names = frame.narrow ? 110 : 250
  const [min, max] = withRoom(waterfall.extent, frame.width - names - end, frame.narrow ? 46 : 58)
  return {
    tooltip: {
      formatter: ({ dataIndex }: { dataIndex: number }) => (steps[dataIndex] ? waterfall.said(steps[dataIndex]) : ''),
    },
    grid: [grid(frame, 'steps', { names, end, top: room, bottom: 8 })],
    xAxis: [valueAxis(frame, { id: 'x', gridId: 'steps', min, max, format: waterfall.axis, padded: true })],
    yAxis: [
      categoryAxis(frame, {
        id: 'y',
        gridId: 'steps',
        names: steps.map(({ key }) => waterfall.name(key)),
        width: names - 12,
        strong: steps.length - 1,
      }),
    ],
    series: [
      {
        id: 'steps',
        type: 'custom',
        encode: { x: [0, 1], y: 2 },
        markLine: zeroLine(frame),
        data: steps.map(({ key, start, end: stop }, at) => ({ key, value: [start, stop, at] })),
        renderItem: ({ dataIndex }: { dataIndex: number }, placing: Placing) =>
          drawn(frame, waterfall, dataIndex, placing),
      },
    ],
  }
}

function drawn(frame: Frame, { steps, figure }: Waterfall, at: number, placing: Placing): object | null {
  const step = steps[at]
  if (!step) return null
  const { theme } = frame
  const [from, y] = placing.coord([step.start, at])
  const [to] = placing.coord([step.end, at])
  const tall = placing.size([0, 1])[1]
  const thick = tall * 0.56
  const whole = step.key === TOTAL
  const towardsRight = to >= from
  const fill = step.points < 0 ? theme.loss : theme.gain
  const bar = {
    type: 'rect',
    transition: 'shape',
    shape: { x: Math.min(from, to), y: y - thick / 2, width: Math.max(1, Math.abs(to - from)), height: thick },
    style: { fill, stroke: whole ? theme.ink : fill, lineWidth: whole ? 1.5 : 0 },
  }
  const text = {
    type: 'text',
    x: to + (towardsRight ? 6 : -6),
    y,
    style: {
      text: directed(figure(step.points)),
      align: towardsRight ? 'left' : 'right',
      verticalAlign: 'middle',
      fill: theme.ink,
      font: `${whole ? 700 : 400} 12px ${theme.font}`,
    },
  }
  const join =
    whole || at >= steps.length - 1
      ? []
      : [
          {
            type: 'line',
            shape: { x1: to, x2: to, y1: y + thick / 2, y2: y + tall - thick / 2 },
            style: { stroke: theme.strong, lineWidth: 1 },
          },
        ]
  return { type: 'group', children: [bar, text, ...join] }
}
