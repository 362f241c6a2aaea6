import { colourAt, valueAt, type Ramp, type Spread } from './colours'
import type { Frame } from './frame'

export type Scale = {
  bound: number
  spread: Spread
  colours: Ramp
  sense: 1 | -1
  format: (value: number) => string
  /** There are values above the bound, which have the colour of the end. */
  open?: boolean
}

const places = [-1, -0.5, 0, 0.5, 1]

function worded({ format, bound, spread, open = false }: Scale, place: number): string {
  const text = format(valueAt(place, bound, spread))
  return open && place === 1 ? `≥ ${text}` : text
}

/** A strip of the colours with round values under it, drawn into the chart so that its pictures have it as well. */
export function colourStrip(frame: Frame, scale: Scale, y: number): object[] {
  const width = Math.min(320, frame.width - 60)
  const left = Math.round((frame.width - width) / 2)
  const side = frame.mirrored ? -1 : 1
  const stops = Array.from({ length: 21 }, (_, at) => ({
    offset: at / 20,
    color: colourAt(scale.sense * side * (at / 10 - 1), scale.colours),
  }))
  const strip = {
    id: 'strip',
    type: 'rect',
    silent: true,
    left,
    top: y,
    shape: { width, height: 10 },
    style: {
      fill: { type: 'linear', x: 0, y: 0, x2: 1, y2: 0, colorStops: stops },
      stroke: frame.theme.line,
      lineWidth: 1,
    },
  }
  const labels = places.map((place, at) => ({
    id: `strip-${at}`,
    type: 'text',
    silent: true,
    x: left + (width * (side * place + 1)) / 2,
    y: y + 16,
    style: {
      text: worded(scale, place),
      align: 'center',
      fill: frame.theme.soft,
      font: `12px ${frame.theme.font}`,
    },
  }))
  return [strip, ...labels]
}
