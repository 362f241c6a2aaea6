import type { Drawn, Frame } from '../charts/frame'
import { colourStrip, type Scale } from '../charts/legend'
import { markersAt, pathsAt, proportion } from '../geo/shapes'
import { painted, type Owner, type Piece } from './map'
import { REST } from './values'

export type Painting = {
  pieces: Piece[]
  owned: Map<string, Owner>
  values: Map<string, number | null>
  selected: string
  scale: Scale
  said: (owner: Owner) => string
}
type Item = Owner & { outline?: string; place?: [number, number] }

const underneath = 44
const over = 8

export const mapHeight = (width: number): number => width * proportion + over + underneath

/**
 * The map, a circle for each economy that is too small to be seen, and the strip of colours. Outlines keep their
 * places from answer to answer, so that only colours are drawn anew while a slider moves.
 */
export function mapOption(frame: Frame, map: Painting): Drawn {
  const items = itemsOf(frame, map)
  return {
    tooltip: {
      formatter: ({ dataIndex }: { dataIndex: number }) =>
        items[dataIndex]?.economy ? map.said(items[dataIndex]) : '',
    },
    graphic: colourStrip(frame, map.scale, over + frame.width * proportion + 12),
    series: [
      {
        id: 'map',
        type: 'custom',
        coordinateSystem: 'none',
        animation: false,
        data: items.map(({ economy }, at) => ({ key: economy, value: at })),
        renderItem: ({ dataIndex }: { dataIndex: number }) =>
          items[dataIndex] ? element(frame, map, items[dataIndex]) : null,
      },
    ],
  }
}

function itemsOf(frame: Frame, map: Painting): Item[] {
  const outlines = pathsAt(frame.width)
  const areas = map.pieces.map(({ economy, within, shapes }) => ({
    economy,
    within,
    outline: shapes.map((at) => outlines[at]).join(''),
  }))
  const circles = [...markersAt(frame.width)].flatMap(([code, place]) => {
    const owner = map.owned.get(code)
    return owner && owner.economy !== REST ? [{ ...owner, place }] : []
  })
  return [...areas, ...circles]
}

function element(frame: Frame, map: Painting, item: Item): object {
  const { theme, narrow } = frame
  const strong = item.economy !== '' && item.economy === map.selected && !item.within
  const edge = strong
    ? { stroke: theme.ink, lineWidth: narrow ? 1 : 1.5 }
    : { stroke: item.place ? theme.strong : theme.dark ? '#0f151b' : '#a9b3bd', lineWidth: narrow ? 0.3 : 0.6 }
  const fill = item.economy
    ? painted(map.values.get(item.economy) ?? null, item.within, map.scale, theme)
    : theme.neutral
  return {
    ...form(item, narrow ? 3.5 : 5.5),
    y: over,
    z2: (item.place ? 2 : 0) + (strong ? 1 : 0),
    style: { fill, ...edge, lineJoin: 'round' },
    emphasis: item.economy ? { style: { fill, stroke: theme.ink, lineWidth: 1.4 } } : undefined,
    cursor: item.economy ? 'pointer' : 'default',
  }
}

function form({ outline, place }: Item, r: number): object {
  if (place) return { type: 'circle', shape: { cx: place[0], cy: place[1], r } }
  return { type: 'path', shape: { pathData: outline } }
}
