import type { ChartTheme } from './theme.svelte'
import type { Option } from './echarts'

/** What a chart is drawn into. `still`: nothing moves, because a hand does, or because it is printed. */
export type Frame = {
  theme: ChartTheme
  width: number
  height: number
  narrow: boolean
  mirrored: boolean
  still: boolean
}

/** An option of ECharts, whose tooltip is what is said of the mark that is pointed at. */
export type Drawn = Option & { tooltip: Pointing }
export type Build = (frame: Frame) => Drawn
export type Height = number | ((width: number) => number)

/** A thing in a chart that the keyboard reaches: what is said of it, and what choosing it selects. */
export type Mark = { tip: { seriesIndex: number; dataIndex: number }; text: () => string; key: string }

const narrowBelow = 560

export function frameOf(theme: ChartTheme, width: number, height: Height, mirrored: boolean, still: boolean): Frame {
  return { theme, width, height: heightAt(height, width), narrow: width < narrowBelow, mirrored, still }
}

export function heightAt(height: Height, width: number): number {
  return Math.round(typeof height === 'number' ? height : height(width))
}

/** What every chart shares; a view's own option comes on top. */
export function shared({ theme, still }: Frame): Option {
  return {
    animation: !still,
    animationDuration: 250,
    animationDurationUpdate: 250,
    textStyle: { fontFamily: theme.font, color: theme.ink, fontSize: 12 },
    backgroundColor: 'transparent',
  }
}

/** What is said of the mark that is pointed at: a title, and lines under it. */
export type Pointing = { formatter: (event: never) => string; trigger?: 'item' | 'axis'; axisPointer?: object }
export type Said = { text: string; x: number; y: number }

/**
 * ECharts finds what is pointed at; the page shows what is said, in its own type. The box of the library stays empty
 * and unseen: its texts would ignore the font, and markup with styles in it is forbidden here.
 */
export function unseenTooltip({ formatter, ...more }: Pointing, say: (said: Said | null) => void): object {
  let text = ''
  return {
    trigger: 'item',
    ...more,
    renderMode: 'richText',
    transitionDuration: 0,
    backgroundColor: 'transparent',
    borderWidth: 0,
    borderColor: 'transparent',
    shadowBlur: 0,
    shadowOffsetX: 0,
    shadowOffsetY: 0,
    shadowColor: 'transparent',
    padding: 0,
    formatter: (event: never) => {
      text = formatter(event)
      if (!text) say(null)
      return ' '
    },
    position: ([x, y]: [number, number]) => {
      if (text) say({ text, x, y })
      // Out of the way: under the pointer it would be what is pointed at.
      return [-1000, -1000]
    },
  }
}
