export type Format = 'png' | 'svg' | 'csv'

/** The name of a file that carries its view and its scenario's hash. */
export function fileName(view: string, hash: string, format: Format): string {
  return `multipolar-${view}-${hash.slice(0, 12) || 'base'}.${format}`
}
