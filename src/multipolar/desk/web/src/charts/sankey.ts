// Two Sankey diagrams, before and after, drawn to one scale.
import type { Drawn, Frame } from './frame'
import { directed } from './text'

export type Node = { id: string; name: string; depth: number; colour: string; key?: string }
export type Link = { from: string; to: string; value: number; colour?: string }
/** `gap`: between nodes, in pixels. */
export type Panel = { title: string; total: string; nodes: Node[]; links: Link[]; gap?: number }
export type Columns = { count: number; sum: number }[]
type Said = { link: (from: Node, to: Node, value: number) => string; node: (node: Node, value: number) => string }
type Place = { left: number; top: number; width: number; height: number }

const usualGap = 6
const thick = 12
const heading = 74

/** What goes in and out of a node; it is as tall as the larger. */
export function nodeValue(links: Link[], id: string): number {
  const into = links.reduce((sum, { to, value }) => (to === id ? sum + value : sum), 0)
  const out = links.reduce((sum, { from, value }) => (from === id ? sum + value : sum), 0)
  return Math.max(into, out)
}

export function columnsOf({ nodes, links }: Panel): Columns {
  const columns: Columns = []
  for (const { id, depth } of nodes) {
    const column = (columns[depth] ??= { count: 0, sum: 0 })
    const value = nodeValue(links, id)
    if (value <= 0) continue
    column.count += 1
    column.sum += value
  }
  return columns.filter(Boolean)
}

/** Heights at which the same thickness means the same flow in both panels; the larger takes `height`. */
export function heightsToScale(panels: Panel[], height: number): number[] {
  const columns = panels.map(columnsOf)
  const gap = panels[0]?.gap ?? usualGap
  const unit = Math.min(
    ...columns
      .flat()
      .filter(({ sum }) => sum > 0)
      .map(({ count, sum }) => (height - (count - 1) * gap) / sum),
  )
  if (!Number.isFinite(unit)) return panels.map(() => height)
  return columns.map((each) => Math.max(1, ...each.map(({ count, sum }) => unit * sum + Math.max(0, count - 1) * gap)))
}

const labelRoom = ({ narrow, width }: Frame): number => (narrow ? 92 : width < 1100 ? 112 : 140)

/** Side by side, or one above the other on a phone. */
function places(frame: Frame, panels: Panel[]): Place[] {
  const label = labelRoom(frame)
  const stacked = frame.narrow
  const tall = (stacked ? frame.height / 2 : frame.height) - heading - 12
  const wide = stacked ? frame.width : frame.width / 2
  const heights = heightsToScale(panels, tall)
  return panels.map((_panel, at) => {
    const turn = frame.mirrored && !stacked ? panels.length - 1 - at : at
    return {
      left: (stacked ? 0 : turn * wide) + label,
      top: heading + (stacked ? at * (frame.height / 2) : 0),
      width: wide - 2 * label - thick,
      height: heights[at] ?? tall,
    }
  })
}

export function sankeyPair(frame: Frame, panels: Panel[], said: Said): Drawn {
  const at = places(frame, panels)
  return {
    tooltip: {
      formatter: (event: { dataType?: string; data: { spoken?: string } }) => event.data.spoken ?? '',
    },
    graphic: panels.flatMap((panel, index) => titles(frame, panel, at[index]!, index)),
    series: panels.map((panel, index) => series(frame, panel, at[index]!, index, said)),
  }
}

function titles(frame: Frame, panel: Panel, place: Place, index: number): object[] {
  const { theme, mirrored } = frame
  const label = labelRoom(frame)
  const x = mirrored ? place.left + place.width + label + thick - 8 : place.left - label + 8
  const line = (id: string, text: string, y: number, fill: string, font: string) => ({
    id: `${id}-${index}`,
    type: 'text',
    silent: true,
    x,
    y: place.top - heading + y,
    style: {
      text: directed(text),
      align: mirrored ? 'right' : 'left',
      fill,
      font,
      lineHeight: 16,
      width: place.width + 2 * label - 8,
      overflow: 'break',
    },
  })
  return [
    line('title', panel.title, 4, theme.ink, `600 14px ${theme.font}`),
    line('total', panel.total, 24, theme.soft, `400 12px ${theme.font}`),
  ]
}

function series(frame: Frame, panel: Panel, place: Place, index: number, said: Said): object {
  const { theme, mirrored } = frame
  const last = Math.max(0, ...panel.nodes.map(({ depth }) => depth))
  const nodes = panel.nodes.filter(({ id }) => nodeValue(panel.links, id) > 0)
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const alone = (depth: number) => nodes.filter((node) => node.depth === depth).length === 1
  const depthOf = (depth: number) => (mirrored ? last - depth : depth)
  return {
    id: `panel-${index}`,
    type: 'sankey',
    ...place,
    nodeWidth: thick,
    nodeGap: panel.gap ?? usualGap,
    nodeAlign: 'left',
    layoutIterations: 0,
    draggable: false,
    emphasis: { focus: 'adjacency', lineStyle: { opacity: 0.75 } },
    blur: { lineStyle: { opacity: 0.08 } },
    data: nodes.map((node) => ({
      name: node.id,
      key: node.key,
      depth: depthOf(node.depth),
      itemStyle: { color: node.colour, borderWidth: 0 },
      label: {
        position: labelSide(depthOf(node.depth), last, alone(node.depth), mirrored),
        formatter: directed(node.name),
        color: theme.ink,
        fontSize: 12,
        width: labelRoom(frame) - 8,
        overflow: 'truncate',
        textBorderColor: theme.surface,
        textBorderWidth: 2,
      },
      spoken: said.node(node, nodeValue(panel.links, node.id)),
    })),
    links: panel.links
      .filter(({ value }) => value > 0)
      .map(({ from, to, value, colour }) => ({
        source: mirrored ? to : from,
        target: mirrored ? from : to,
        value,
        lineStyle: { color: colour ?? byId.get(from)?.colour ?? theme.soft, opacity: 0.38, curveness: 0.5 },
        spoken: said.link(byId.get(from)!, byId.get(to)!, value),
      })),
  }
}

function labelSide(depth: number, last: number, alone: boolean, mirrored: boolean): string {
  if (depth === 0) return 'left'
  if (depth === last) return 'right'
  if (alone) return 'top'
  return mirrored ? 'left' : 'right'
}
