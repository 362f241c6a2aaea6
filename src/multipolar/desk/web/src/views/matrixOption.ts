import { colourAt, position } from '../charts/colours'
import type { Drawn, Frame } from '../charts/frame'
import { colourStrip, type Scale } from '../charts/legend'
import { directed } from '../charts/text'

export type HeatMap = {
  codes: string[]
  changes: (number | null)[][]
  scale: Scale
  name: (code: string) => string
  figure: (value: number) => string
  said: (exporter: number, importer: number) => string
  axes: { exporter: string; importer: string }
}

const legend = 46
/** Room for the last importer's name, which leans over the edge. */
const lean = 44
const fewest = 15

export function matrixHeight(count: number): (width: number) => number {
  return (width) => Math.max(260, Math.min(count * (width < 560 ? 20 : 30), 1200)) + headOf(width) + legend
}

const headOf = (width: number): number => (width < 560 ? 104 : 126)

/** Exporters down, importers across; orange where trade falls, blue where it grows. */
export function matrixOption(frame: Frame, map: HeatMap): Drawn {
  const names = frame.narrow ? 84 : 150
  const lettered = map.codes.length <= fewest && frame.width >= 760
  const colours = frame.mirrored ? [...map.scale.colours] : map.scale.colours
  return {
    tooltip: {
      formatter: ({ data }: { data: { value: [number, number] } }) => map.said(data.value[1], data.value[0]),
    },
    grid: [
      {
        id: 'cells',
        top: headOf(frame.width),
        bottom: legend,
        left: frame.mirrored ? lean : names,
        right: frame.mirrored ? names : lean,
      },
    ],
    xAxis: [importers(frame, map)],
    yAxis: [exporters(frame, map, names - 8)],
    // A heat map must have one; the positions are computed, so that a strip with round values can be drawn.
    visualMap: [{ type: 'continuous', show: false, min: -1, max: 1, dimension: 2, inRange: { color: [...colours] } }],
    graphic: [...colourStrip(frame, map.scale, frame.height - legend + 12), ...axisNames(frame, map, names)],
    series: [
      {
        id: 'cells',
        type: 'heatmap',
        animation: false,
        data: cells(frame, map, lettered),
        itemStyle: { borderColor: frame.theme.surface, borderWidth: map.codes.length > 30 ? 0.5 : 1 },
        label: {
          show: lettered,
          fontSize: 11,
          formatter: ({ dataIndex }: { dataIndex: number }) => written(map, dataIndex),
        },
        emphasis: { itemStyle: { borderColor: frame.theme.ink, borderWidth: 1.5 } },
      },
    ],
  }
}

function cells({ theme }: Frame, map: HeatMap, lettered: boolean): object[] {
  return map.changes.flatMap((row, exporter) =>
    row.map((change, importer) => {
      if (change === null) return { value: [importer, exporter, '-'], itemStyle: { color: theme.sunken } }
      const place = map.scale.sense * position(change, map.scale.bound, map.scale.spread)
      const value = [importer, exporter, place]
      return lettered ? { value, label: { color: legible(colourAt(place, map.scale.colours)) } } : { value }
    }),
  )
}

function written(map: HeatMap, at: number): string {
  const size = map.codes.length
  const change = map.changes[Math.floor(at / size)]?.[at % size]
  return change == null ? '' : map.figure(change)
}

/** Black or white, whichever is told apart from a colour. */
function legible(colour: string): string {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
  return 0.3 * red! + 0.59 * green! + 0.11 * blue! > 0.5 ? '#17222d' : '#ffffff'
}

function axis({ theme }: Frame, map: HeatMap): object {
  return {
    type: 'category',
    data: map.codes.map((code) => directed(map.name(code))),
    axisLine: { show: false },
    axisTick: { show: false },
    splitArea: { show: false },
    axisLabel: { interval: 0, color: theme.ink, fontSize: map.codes.length > 30 ? 10 : 12, overflow: 'truncate' },
  }
}

function importers(frame: Frame, map: HeatMap): object {
  const base = axis(frame, map) as { axisLabel: object }
  return {
    ...base,
    id: 'importers',
    gridId: 'cells',
    position: 'top',
    inverse: frame.mirrored,
    axisLabel: { ...base.axisLabel, rotate: frame.mirrored ? 60 : -60, width: headOf(frame.width) - 30 },
  }
}

function exporters(frame: Frame, map: HeatMap, width: number): object {
  const base = axis(frame, map) as { axisLabel: object }
  return {
    ...base,
    id: 'exporters',
    gridId: 'cells',
    inverse: true,
    position: frame.mirrored ? 'right' : 'left',
    axisLabel: { ...base.axisLabel, width: width - 8 },
  }
}

/** Which way is which, where the two axes meet. */
function axisNames({ theme, mirrored, width }: Frame, map: HeatMap, names: number): object[] {
  const x = mirrored ? width - 4 : 4
  const text = (id: string, words: string, y: number) => ({
    id,
    type: 'text',
    silent: true,
    x,
    y,
    style: {
      text: directed(words),
      align: mirrored ? 'right' : 'left',
      fill: theme.soft,
      font: `600 12px ${theme.font}`,
      width: names - 12,
      overflow: 'break',
    },
  })
  return [text('importers', map.axes.importer, 4), text('exporters', map.axes.exporter, headOf(width) - 22)]
}
