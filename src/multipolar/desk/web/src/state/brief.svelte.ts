import { isStale, Refusal } from '../api/refusal'
import type { Client } from '../api/client'
import type { Brief, RefusalData } from '../api/types'

const between = 500

/** A brief, asked for again and again while the server computes it; the rows fill in as they are solved. */
export class BriefReader {
  brief = $state.raw<Brief>()
  refusal = $state.raw<RefusalData>()
  private turn = 0
  private readonly kept = new Map<string, Brief>()

  constructor(private readonly client: Client) {}

  async read(name: string): Promise<void> {
    const turn = ++this.turn
    this.brief = this.kept.get(name)
    this.refusal = undefined
    while (turn === this.turn && this.brief?.state !== 'ready') {
      try {
        const brief = await this.client.brief(name)
        if (turn !== this.turn) return
        this.brief = brief
      } catch (failure) {
        if (isStale(failure)) return
        if (!(failure instanceof Refusal)) throw failure
        this.refusal = failure.data
        return
      }
      if (this.brief.state === 'failed') return
      if (this.brief.state === 'ready') this.kept.set(name, this.brief)
      else await new Promise((resolve) => setTimeout(resolve, between))
    }
  }

  stop(): void {
    this.turn += 1
    this.client.abort('brief')
  }
}
