import type { Curve } from '../api/types'
import { seriesColour } from '../charts/colours'
import type { Drawn, Frame } from '../charts/frame'
import { directed, lines } from '../charts/text'
import { gaps, line } from './curve'

export type CurvePicture = {
  curve: Curve
  current: number
  name: (code: string) => string
  along: (value: number) => string
  figure: (value: number | null) => string
  axis: (value: number) => string
  words: { along: string; now: string; refused: string }
}

/** So few points make no line: they are dots. */
const few = 3

type Pointed = { seriesName: string; value: [number, number | null] }

/** A line for each economy; the present value is marked, and values without an answer are shaded. */
export function curveOption(frame: Frame, picture: CurvePicture): Drawn {
  const { theme, mirrored, narrow } = frame
  const codes = Object.keys(picture.curve.series)
  const labels = narrow ? 84 : 132
  return {
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'line', lineStyle: { color: theme.strong } },
      formatter: (points: Pointed[]) =>
        lines(
          picture.along(points[0]?.value[0] ?? 0),
          ...points.map(({ seriesName, value }) => `${picture.name(seriesName)}: ${picture.figure(value[1])}`),
        ),
    },
    grid: [{ id: 'curve', top: 30, bottom: 46, left: mirrored ? labels : 68, right: mirrored ? 68 : labels }],
    xAxis: [
      {
        id: 'along',
        gridId: 'curve',
        type: 'value',
        inverse: mirrored,
        min: Math.min(...picture.curve.values),
        max: Math.max(...picture.curve.values),
        name: directed(picture.words.along),
        nameLocation: 'middle',
        nameGap: 30,
        nameTextStyle: { color: theme.soft },
        axisLabel: { color: theme.soft, formatter: picture.along, hideOverlap: true },
        splitLine: { show: false },
        axisLine: { lineStyle: { color: theme.strong }, onZero: false },
      },
    ],
    yAxis: [
      {
        id: 'outcome',
        gridId: 'curve',
        type: 'value',
        position: mirrored ? 'right' : 'left',
        axisLine: { show: false },
        axisTick: { show: false },
        axisLabel: { color: theme.soft, formatter: picture.axis },
        splitLine: { lineStyle: { color: theme.line } },
      },
    ],
    series: codes.map((code, at) => ({
      id: code,
      name: code,
      type: 'line',
      data: line(picture.curve, code),
      connectNulls: false,
      showSymbol: line(picture.curve, code).filter(([, value]) => value !== null).length < few,
      lineStyle: { color: seriesColour(at, theme.dark), width: 2.2 },
      itemStyle: { color: seriesColour(at, theme.dark) },
      endLabel: {
        show: true,
        formatter: directed(picture.name(code)),
        color: seriesColour(at, theme.dark),
        fontSize: 12,
        fontWeight: 600,
        width: labels - 12,
        overflow: 'truncate',
        ...(mirrored ? { align: 'right', offset: [-14, 0] } : {}),
      },
      labelLayout: { moveOverlap: 'shiftY' },
      ...(at === 0 ? { markLine: present(frame, picture), markArea: shaded(frame, picture) } : {}),
    })),
  }
}

function present({ theme }: Frame, { current, words }: CurvePicture): object {
  return {
    silent: true,
    symbol: 'none',
    animation: false,
    data: [{ xAxis: current }],
    lineStyle: { color: theme.ink, type: [4, 3], width: 1.2 },
    label: { formatter: directed(words.now), color: theme.ink, position: 'end' },
  }
}

function shaded({ theme }: Frame, { curve, words }: CurvePicture): object {
  const step = (curve.values[1] ?? 0) - (curve.values[0] ?? 0)
  return {
    silent: true,
    itemStyle: { color: theme.neutral, opacity: 0.7 },
    label: { color: theme.soft, formatter: directed(words.refused), position: 'insideTop' },
    data: gaps(curve).map(([from, to]) => [{ xAxis: from - step / 2 }, { xAxis: to + step / 2 }]),
  }
}
