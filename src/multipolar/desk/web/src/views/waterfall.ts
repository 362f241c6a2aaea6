// The parts of a change as steps that lead from zero to the whole.
import type { DecompositionSeen } from '../api/types'

export type Step = { key: string; start: number; end: number; points: number }

export const TOTAL = 'total'
export const OTHERS = 'others'

/** Parts below this share of the largest are drawn as one. */
const smallest = 0.01

/** Steps, the largest first, those too small to be seen together, and the whole at the end. */
export function steps({ channels, percent }: Pick<DecompositionSeen, 'channels' | 'percent'>): Step[] {
  const largest = Math.max(0, ...channels.map(({ points }) => Math.abs(points)))
  const seen = channels.filter(({ points }) => Math.abs(points) >= smallest * largest && points !== 0)
  const parts = seen.map(({ channel, points }) => ({ key: channel as string, points }))
  const rest = percent - parts.reduce((sum, { points }) => sum + points, 0)
  if (Math.abs(rest) >= smallest * largest && rest !== 0) parts.push({ key: OTHERS, points: rest })
  let at = 0
  const made = parts.map(({ key, points }) => {
    const step = { key, points, start: at, end: at + points }
    at += points
    return step
  })
  return [...made, { key: TOTAL, points: percent, start: 0, end: percent }]
}
