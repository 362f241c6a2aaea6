import { isStale, Refusal } from '../api/refusal'
import type { LinkOpened, RefusalData, Scenario, Status, Worlds } from '../api/types'
import { session } from './session.svelte'

export type Place = 'brief' | 'workbench'
export type DialogName = 'about' | 'reproduce' | 'upload' | 'runs' | 'compare' | 'scenarios'

const between = 500

/** Where in the page a person is, and what the server says about itself. */
class Shell {
  status = $state.raw<Status>()
  failure = $state.raw<RefusalData>()
  place = $state<Place>('brief')
  dialog = $state<DialogName>()
  brief = $state('beijing-2024')
  briefs = $state.raw<{ name: string; title: string }[]>([])
  worlds = $state.raw<Worlds['worlds']>([])
  /** What is to be said about a link that was opened. */
  opened = $state.raw<LinkOpened>()
  private written = ''

  async start(): Promise<void> {
    addEventListener('popstate', () => void this.follow())
    await this.wait()
  }

  /** Asks until the server is ready, then reads what the page is made of. */
  async wait(): Promise<void> {
    for (;;) {
      try {
        this.status = await session.client.status()
        this.failure = undefined
      } catch (failure) {
        this.failed(failure)
      }
      if (this.locked || this.status?.state === 'failed') return
      if (this.status?.state === 'ready' && !this.failure) break
      await new Promise((resolve) => setTimeout(resolve, between))
    }
    await this.load()
  }

  get locked(): boolean {
    return this.status !== undefined && this.status.token_required && !this.status.signed_in
  }

  get ready(): boolean {
    return session.world !== undefined
  }

  private async load(): Promise<void> {
    const { client } = session
    try {
      const worlds = await client.worlds()
      const [world, kinds, variables, scenarios, briefs] = await Promise.all([
        client.world(worlds.default),
        client.measures(),
        client.variables(),
        client.scenarios(),
        client.briefs(),
      ])
      this.worlds = worlds.worlds
      session.kinds = kinds.measures
      session.variables = variables.variables
      session.scenarios = scenarios.scenarios
      this.briefs = briefs.briefs
      this.brief = (briefs.briefs.find((brief) => brief.name.startsWith('beijing')) ?? briefs.briefs[0])?.name ?? ''
      session.enter(world)
      await this.follow()
    } catch (failure) {
      this.failed(failure)
    }
  }

  /** Goes where the address points: to the brief, or to the scenario that its fragment holds. */
  private async follow(): Promise<void> {
    const link = location.hash.slice(1)
    if (link === '') {
      this.place = 'brief'
      return
    }
    if (link === this.written && session.response) {
      this.place = 'workbench'
      return
    }
    try {
      const opened = await session.client.link(link)
      this.opened = opened.notes.length > 0 || !opened.same_version ? opened : undefined
      await this.useWorld(opened.world)
      this.place = 'workbench'
      session.open(opened.scenario)
    } catch (failure) {
      this.failed(failure)
    }
  }

  private async useWorld(name: string): Promise<void> {
    if (name && name !== session.world?.name) session.enter(await session.client.world(name))
  }

  /** Solves the scenario at hand in another of the worlds that the desk serves. */
  async changeWorld(name: string): Promise<void> {
    try {
      await this.useWorld(name)
      session.solve()
    } catch (failure) {
      this.failed(failure)
    }
  }

  /** The address names the scenario that is shown, so that copying it shares it. */
  write(link: string): void {
    if (this.place !== 'workbench' || link === this.written) return
    this.written = link
    history.replaceState(null, '', `#${link}`)
  }

  home(): void {
    if (location.hash) history.pushState(null, '', location.pathname)
    this.opened = undefined
    this.failure = undefined
    this.place = 'brief'
  }

  workbench(scenario?: Scenario): void {
    this.opened = undefined
    this.failure = undefined
    if (this.place === 'brief') {
      history.pushState(null, '', this.written && !scenario ? `#${this.written}` : location.href)
      if (scenario) session.clear()
    }
    this.place = 'workbench'
    if (scenario) session.open(scenario)
    else if (!session.response) session.solve()
  }

  async openByName(name: string): Promise<void> {
    try {
      this.workbench((await session.client.scenario(name)).scenario)
    } catch (failure) {
      this.failed(failure)
    }
  }

  failed(failure: unknown): void {
    if (isStale(failure)) return
    if (!(failure instanceof Refusal)) throw failure
    this.failure = failure.data
  }
}

export const shell = new Shell()
