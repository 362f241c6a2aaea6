// A chart or its table as a file that says what it shows, in what unit, from where, of which scenario.
import { echarts } from './echarts'
import { frameOf, shared, type Build, type Frame, type Height } from './frame'
import { csvOf, type Table } from './table'
import { directed, wrapped } from './text'
import type { ChartTheme } from './theme.svelte'

export type Heading = { title: string; unit: string; source: string; scenario: string; hash: string }
export type Picture = { build: Build; height: Height; heading: Heading; theme: ChartTheme; mirrored: boolean }

const width = 1200
const margin = 32
const scale = 2
type Line = { text: string; y: number; size: number; weight: number; colour: string }
type Sheet = { top: Line[]; bottom: Line[]; chartTop: number; height: number; frame: Frame }

export function csv(table: Table, heading: Heading): Blob {
  const preamble = [heading.title, heading.unit, heading.scenario, heading.hash, heading.source]
  // The mark tells spreadsheets that this is UTF-8.
  return new Blob(['\ufeff', csvOf(table, preamble)], { type: 'text/csv;charset=utf-8' })
}

/** Where the words and the chart stand on a picture. */
function sheetOf({ height, heading, theme, mirrored }: Picture): Sheet {
  const titles = wrapped(heading.title, 100)
  const top = titles.map((text, at) => ({ text, y: 40 + 28 * at, size: 22, weight: 600, colour: theme.ink }))
  const chartTop = 40 + 28 * titles.length + 24
  top.push({ text: heading.unit, y: chartTop - 26, size: 15, weight: 400, colour: theme.soft })
  const frame = frameOf(theme, width - 2 * margin, height, mirrored, true)
  const under = chartTop + frame.height + 16
  const bottom = wrapped(`${heading.scenario} · ${heading.hash}`, 160)
    .concat(wrapped(heading.source, 175))
    .map((text, at) => ({ text, y: under + 16 + 18 * at, size: 12.5, weight: 400, colour: theme.soft }))
  return { top, bottom, chartTop, height: under + 18 * bottom.length + 20, frame }
}

export async function png(picture: Picture): Promise<Blob> {
  const sheet = sheetOf(picture)
  const canvas = document.createElement('canvas')
  canvas.width = width * scale
  canvas.height = sheet.height * scale
  const context = canvas.getContext('2d')
  if (!context) throw new Error('no canvas')
  context.scale(scale, scale)
  context.fillStyle = picture.theme.surface
  context.fillRect(0, 0, width, sheet.height)
  context.textAlign = picture.mirrored ? 'right' : 'left'
  for (const line of [...sheet.top, ...sheet.bottom]) {
    context.font = `${line.weight} ${line.size}px ${picture.theme.font}`
    context.fillStyle = line.colour
    context.fillText(directed(line.text), picture.mirrored ? width - margin : margin, line.y)
  }
  const chart = canvasOf(picture.build, sheet.frame)
  context.drawImage(chart, margin, sheet.chartTop, sheet.frame.width, sheet.frame.height)
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/png')
  })
}

function canvasOf(build: Build, frame: Frame): HTMLCanvasElement {
  const chart = echarts.init(document.createElement('div'), null, {
    renderer: 'canvas',
    width: frame.width,
    height: frame.height,
    devicePixelRatio: scale,
  })
  try {
    chart.setOption({ ...shared(frame), ...build(frame), animation: false, tooltip: { show: false } })
    return chart.renderToCanvas({ pixelRatio: scale })
  } finally {
    chart.dispose()
  }
}

export function svg(picture: Picture): Blob {
  const sheet = sheetOf(picture)
  const { mirrored, theme } = picture
  const words = [...sheet.top, ...sheet.bottom].map((line) => {
    const place = `x="${mirrored ? width - margin : margin}" y="${line.y}" text-anchor="${mirrored ? 'end' : 'start'}"`
    const look = `font-size="${line.size}" font-weight="${line.weight}" fill="${escaped(line.colour)}"`
    return `<text ${place} ${look}>${escaped(directed(line.text))}</text>`
  })
  const chart = svgOf(picture.build, sheet.frame)
    .replace('<svg ', `<svg x="${margin}" y="${sheet.chartTop}" `)
    .replace(/<\?xml.*?\?>/, '')
  const text = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${sheet.height}"`,
    ` viewBox="0 0 ${width} ${sheet.height}" font-family="${escaped(theme.font)}">`,
    `<title>${escaped(picture.heading.title)}</title>`,
    `<rect width="100%" height="100%" fill="${escaped(theme.surface)}"/>`,
    ...words,
    chart,
    '</svg>',
  ].join('')
  return new Blob([text], { type: 'image/svg+xml' })
}

function svgOf(build: Build, frame: Frame): string {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: frame.width, height: frame.height })
  try {
    chart.setOption({ ...shared(frame), ...build(frame), animation: false, tooltip: { show: false } })
    return chart.renderToSVGString()
  } finally {
    chart.dispose()
  }
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

/** Hands a file to the browser. */
export function save(blob: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
