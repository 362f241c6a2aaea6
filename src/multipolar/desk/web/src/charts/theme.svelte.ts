import { theme } from '../state/preferences.svelte'

export type ChartTheme = {
  dark: boolean
  font: string
  ink: string
  soft: string
  line: string
  strong: string
  surface: string
  sunken: string
  accent: string
  gain: string
  loss: string
  neutral: string
}

const read = (style: CSSStyleDeclaration, name: string) => style.getPropertyValue(name).trim()

/** The colours of the page, as the style sheet has them now. */
export function chartTheme(): ChartTheme {
  const dark = theme() === 'dark'
  const style = getComputedStyle(document.documentElement)
  return {
    dark,
    // Double quotes would end the attribute of an SVG that the name of a font stands in.
    font: read(style, '--font').replaceAll('"', "'"),
    ink: read(style, '--ink'),
    soft: read(style, '--ink-soft'),
    line: read(style, '--line'),
    strong: read(style, '--line-strong'),
    surface: read(style, '--surface'),
    sunken: read(style, '--surface-sunken'),
    accent: read(style, '--accent'),
    gain: read(style, '--gain-fill'),
    loss: read(style, '--loss-fill'),
    neutral: read(style, '--neutral-fill'),
  }
}
