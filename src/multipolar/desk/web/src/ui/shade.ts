/** How strongly a change is shaded, -1 to 1: its square root, so that a tenth of a percent shows beside ten. */
export function shade(value: number, largest: number): number {
  if (largest <= 0) return 0
  return Math.sign(value) * Math.sqrt(Math.min(1, Math.abs(value) / largest))
}

/** The background of a shaded cell: blue for a gain, orange for a loss, never so strong that the number fades. */
export function shadeColour(value: number, largest: number): string {
  const strength = shade(value, largest)
  const hue = strength < 0 ? '--loss-fill' : '--gain-fill'
  return `color-mix(in oklab, var(${hue}) ${(Math.abs(strength) * 70).toFixed(1)}%, var(--surface))`
}
