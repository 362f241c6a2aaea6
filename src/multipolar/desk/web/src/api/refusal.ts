import type { RefusalData } from './types'

/** What the server would not or could not do, as it said it. */
export class Refusal extends Error {
  readonly data: RefusalData

  constructor(data: Partial<RefusalData> & Pick<RefusalData, 'kind' | 'message'>) {
    super(data.message)
    this.name = 'Refusal'
    this.data = { nearest: [], closures: [], problems: [], measure: null, ...data }
  }
}

/** True for an answer that nobody waits for any more: aborted here, or dropped by the server for a newer request. */
export function isStale(failure: unknown): boolean {
  if (failure instanceof Refusal) return failure.data.kind === 'superseded'
  return failure instanceof DOMException && failure.name === 'AbortError'
}
