import { directed } from './text'
import type { Frame } from './frame'

type ValueAxis = {
  id: string
  gridId: string
  min: number
  max: number
  format: (value: number) => string
  padded?: boolean
}

/** A horizontal axis of numbers, which begins at the right in a page that does. */
export function valueAxis(frame: Frame, { id, gridId, min, max, format, padded = false }: ValueAxis): object {
  return {
    id,
    gridId,
    type: 'value',
    position: 'top',
    min,
    max,
    inverse: frame.mirrored,
    splitNumber: frame.narrow ? 3 : 5,
    axisLine: { show: false },
    axisTick: { show: false },
    // The ends may have room for figures and are then no round numbers.
    axisLabel: {
      color: frame.theme.soft,
      formatter: format,
      hideOverlap: true,
      ...(padded ? { showMinLabel: false, showMaxLabel: false } : {}),
    },
    splitLine: { lineStyle: { color: frame.theme.line } },
  }
}

type CategoryAxis = { id: string; gridId: string; names: string[]; width: number; strong?: number; show?: boolean }

/** A vertical axis of names, the first on top, on the side where reading begins. */
export function categoryAxis(
  frame: Frame,
  { id, gridId, names, width, strong = -1, show = true }: CategoryAxis,
): object {
  const { theme, mirrored } = frame
  return {
    id,
    gridId,
    type: 'category',
    data: names,
    inverse: true,
    position: mirrored ? 'right' : 'left',
    axisLine: { show: false, onZero: false },
    axisTick: { show: false },
    axisLabel: {
      show,
      interval: 0,
      color: theme.ink,
      width,
      overflow: 'truncate',
      formatter: (name: string, at: number) => (at === strong ? `{strong|${directed(name)}}` : directed(name)),
      rich: { strong: { color: theme.accent, fontWeight: 700, fontFamily: theme.font } },
    },
    triggerEvent: true,
  }
}

/** Room for a chart, its wide side where the names are. */
export function grid(
  frame: Frame,
  id: string,
  { names, end, top, bottom }: { names: number; end: number; top: number; bottom: number },
): object {
  return { id, top, bottom, left: frame.mirrored ? end : names, right: frame.mirrored ? names : end }
}

/** A line at zero, drawn over the bars. */
export function zeroLine(frame: Frame): object {
  return {
    silent: true,
    symbol: 'none',
    animation: false,
    label: { show: false },
    lineStyle: { color: frame.theme.strong, type: 'solid', width: 1 },
    data: [{ xAxis: 0 }],
  }
}
