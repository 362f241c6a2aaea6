import { categoryAxis, grid, valueAxis, zeroLine } from '../charts/axes'
import { seriesColour } from '../charts/colours'
import type { Drawn, Frame } from '../charts/frame'
import { directed } from '../charts/text'
import type { Rail } from './settlement'

export type Settling = {
  rails: Rail[]
  bound: number
  words: { before: string; after: string; change: string }
  name: (rail: string) => string
  share: (percent: number) => string
  points: (change: number) => string
  axis: (change: number) => string
  said: (rail: Rail) => string
}

const top = 34
const stacks = 104
const row = 26
const between = 58

export const settlementHeight = (count: number): number => top + stacks + between + count * row + 12

/** Two bars of a hundred percent, and under them by how many points each rail's share changes. */
export function settlementOption(frame: Frame, settling: Settling): Drawn {
  const names = frame.narrow ? 96 : 150
  const room = { names, end: 48 }
  const { theme } = frame
  return {
    tooltip: {
      formatter: ({ data }: { data: { rail: number } }) =>
        settling.rails[data.rail] ? settling.said(settling.rails[data.rail]!) : '',
    },
    grid: [
      { ...grid(frame, 'shares', { ...room, top, bottom: 0 }), bottom: undefined, height: stacks },
      {
        ...grid(frame, 'changes', { ...room, top: top + stacks + between, bottom: 0 }),
        bottom: undefined,
        height: settling.rails.length * row,
      },
    ],
    xAxis: [
      valueAxis(frame, { id: 'share', gridId: 'shares', min: 0, max: 100, format: settling.share }),
      valueAxis(frame, {
        id: 'change',
        gridId: 'changes',
        min: -settling.bound,
        max: settling.bound,
        format: settling.axis,
      }),
    ],
    yAxis: [
      categoryAxis(frame, {
        id: 'when',
        gridId: 'shares',
        names: [settling.words.before, settling.words.after],
        width: names - 12,
      }),
      categoryAxis(frame, {
        id: 'rail',
        gridId: 'changes',
        names: settling.rails.map(({ rail }) => settling.name(rail)),
        width: names - 12,
      }),
    ],
    graphic: [
      {
        id: 'change-words',
        type: 'text',
        silent: true,
        y: top + stacks + 16,
        x: frame.mirrored ? frame.width - 8 : 8,
        style: {
          text: directed(settling.words.change),
          align: frame.mirrored ? 'right' : 'left',
          fill: theme.soft,
          font: `600 12px ${theme.font}`,
        },
      },
    ],
    series: [...settling.rails.map((rail, at) => stacked(frame, settling, rail, at)), changes(frame, settling)],
  }
}

function stacked({ theme, narrow }: Frame, settling: Settling, rail: Rail, at: number): object {
  const least = narrow ? 16 : 7
  const label = (percent: number) =>
    percent >= least ? `${directed(settling.name(rail.rail))}\n${settling.share(percent)}` : ''
  return {
    id: `share-${rail.rail}`,
    type: 'bar',
    stack: 'shares',
    xAxisId: 'share',
    yAxisId: 'when',
    barWidth: 40,
    itemStyle: { color: seriesColour(at, theme.dark), borderColor: theme.surface, borderWidth: 1 },
    label: {
      show: true,
      color: theme.dark ? '#10181f' : '#ffffff',
      fontSize: 11,
      lineHeight: 14,
      formatter: ({ value }: { value: number }) => label(value),
    },
    data: [rail.before, rail.after].map((value) => ({ value, rail: at })),
  }
}

function changes(frame: Frame, settling: Settling): object {
  return {
    id: 'changes',
    type: 'bar',
    xAxisId: 'change',
    yAxisId: 'rail',
    barWidth: 14,
    markLine: zeroLine(frame),
    label: {
      show: true,
      color: frame.theme.ink,
      fontSize: 11,
      formatter: ({ value }: { value: number }) => directed(settling.points(value)),
    },
    data: settling.rails.map(({ change }, at) => ({
      value: change,
      rail: at,
      itemStyle: { color: seriesColour(at, frame.theme.dark) },
      label: { position: change < 0 !== frame.mirrored ? 'left' : 'right' },
    })),
  }
}
