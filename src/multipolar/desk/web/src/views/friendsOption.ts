import type { Drawn, Frame } from '../charts/frame'
import { niceBound } from '../charts/bounds'
import { position, valueAt } from '../charts/colours'
import { directed } from '../charts/text'

export type Friend = { country: string; income: number; alignment: number; gdp: number }
export type FriendsPicture = {
  rows: Friend[]
  name: (code: string) => string
  axis: (value: number) => string
  alignment: (value: number) => string
  said: (code: string) => string
  words: { income: string; alignment: string }
}

type Range = { min: number; max: number }

const most = 26
const least = 6

/** Circles by how alike a country votes and what the other's growth does to its income; as large as its economy. */
export function friendsOption(frame: Frame, picture: FriendsPicture): Drawn {
  const { theme, mirrored } = frame
  const end = frame.narrow ? 64 : 88
  const largest = Math.max(1, ...picture.rows.map(({ gdp }) => gdp))
  const bound = niceBound(Math.max(...picture.rows.map(({ income }) => Math.abs(income)), 0), 1e-4)
  const ticks = [-1, -1 / 4, -1 / 16, 0, 1 / 16, 1 / 4, 1].map((part) => position(part, 1, 'small'))
  const axis = {
    type: 'value',
    scale: true,
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: theme.line } },
  }
  const label = { color: theme.soft, hideOverlap: true }
  const title = { nameTextStyle: { color: theme.soft, fontSize: 12 }, nameLocation: 'middle' }
  return {
    tooltip: { formatter: ({ data }: { data: { key: string } }) => picture.said(data.key) },
    grid: [{ id: 'friends', top: 16, bottom: 52, left: mirrored ? end : 76, right: mirrored ? 76 : end }],
    xAxis: [
      {
        ...axis,
        ...title,
        id: 'alignment',
        gridId: 'friends',
        inverse: mirrored,
        name: directed(picture.words.alignment),
        nameGap: 32,
        min: ({ min, max }: Range) => min - 0.06 * (max - min),
        max: ({ min, max }: Range) => max + 0.06 * (max - min),
        axisLabel: { ...label, formatter: picture.alignment, showMinLabel: false, showMaxLabel: false },
      },
    ],
    yAxis: [
      {
        ...axis,
        ...title,
        id: 'income',
        gridId: 'friends',
        position: mirrored ? 'right' : 'left',
        name: directed(picture.words.income),
        nameGap: 58,
        min: ({ min }: Range) => Math.min(min, 0) - 0.05,
        max: ({ max }: Range) => Math.max(max, 0) + 0.05,
        axisLabel: {
          ...label,
          customValues: ticks,
          formatter: (place: number) => picture.axis(valueAt(place, bound, 'small')),
        },
        splitLine: { show: false },
      },
    ],
    series: [
      {
        id: 'friends',
        type: 'scatter',
        data: picture.rows.map(({ country, income, alignment, gdp }) => ({
          key: country,
          name: picture.name(country),
          value: [alignment, position(income, bound, 'small')],
          symbolSize: least + (most - least) * Math.sqrt(gdp / largest),
          itemStyle: {
            color: income < 0 ? theme.loss : theme.gain,
            opacity: 0.75,
            borderColor: theme.surface,
            borderWidth: 1,
          },
        })),
        label: {
          show: true,
          position: mirrored ? 'left' : 'right',
          color: theme.ink,
          fontSize: 11,
          textBorderColor: theme.surface,
          textBorderWidth: 2,
          formatter: ({ name }: { name: string }) => directed(name),
        },
        labelLayout: { hideOverlap: true },
        emphasis: { scale: 1.2, itemStyle: { opacity: 1, borderColor: theme.ink } },
        markLine: {
          silent: true,
          symbol: 'none',
          animation: false,
          label: { show: false },
          data: ticks.map((tick) => ({
            yAxis: tick,
            lineStyle: { color: tick === 0 ? theme.strong : theme.line, type: 'solid', width: 1 },
          })),
        },
      },
    ],
  }
}
