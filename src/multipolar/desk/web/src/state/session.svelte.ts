import { Client } from '../api/client'
import { isStale, Refusal } from '../api/refusal'
import type {
  Asked,
  Closure,
  MeasureKind,
  RefusalData,
  Scenario,
  ScenarioSummary,
  Selection,
  SolveRequest,
  SolveResponse,
  Variable,
  World,
} from '../api/types'
import { addNames, setNames } from '../i18n/names.svelte'
import { cardAt, draftOf, emptyDraft, essence, scenarioOf, type Card, type Draft } from './draft'
import { History } from './history.svelte'
import { painted, type Timing } from './picture'
import { Scheduler } from './scheduler'

type Question = { request: Omit<SolveRequest, 'page' | 'number'>; touched: number; asked: string }
type Drafts = { a: Draft; b: Draft | null }
export type Side = 'a' | 'b'

/** What the page knows and does: one world, a scenario, perhaps a second one, and the newest answer about them. */
export class Session {
  world = $state.raw<World>()
  kinds = $state.raw<MeasureKind[]>([])
  variables = $state.raw<Variable[]>([])
  scenarios = $state.raw<ScenarioSummary[]>([])

  drafts = $state.raw<Drafts>({ a: emptyDraft(), b: null })
  editing = $state<Side>('a')
  selection = $state.raw<Selection>({ economy: '', country: '', variable: 'real_income', sector: 'all', fuel: '', view: '' })

  response = $state.raw<SolveResponse>()
  /** The scenario that the response answers. */
  answered = $state.raw<Scenario>()
  refusal = $state.raw<RefusalData>()
  pending = $state(false)
  timing = $state.raw<Timing>({ lastPictureMilliseconds: null, lastServerMilliseconds: null, pictures: 0, number: 0 })

  readonly history = new History<Drafts>()
  readonly draft = $derived((this.editing === 'b' ? this.drafts.b : null) ?? this.drafts.a)
  readonly scenario = $derived(scenarioOf(this.drafts.a))
  readonly against = $derived(this.drafts.b ? scenarioOf(this.drafts.b) : null)
  readonly blamed = $derived.by<Card | undefined>(() => cardAt(this.drafts.a, this.refusal?.measure ?? null))

  /** Built-in scenarios as they come, by their names: those that are or were at hand. */
  private originals = $state.raw<Record<string, Scenario>>({})

  /** What the shown view asks for; the page sets it, because it knows the views. */
  asks: (selection: Selection) => Asked = () => ({})
  private readonly scheduler: Scheduler<Question, SolveResponse>
  private lastAsked = ''

  constructor(readonly client: Client = new Client()) {
    this.scheduler = new Scheduler<Question, SolveResponse>((question) => this.client.solve(question.request), {
      answered: (response, question) => void this.show(response, question),
      refused: (failure) => this.refuse(failure),
      settled: () => {
        this.pending = false
      },
    })
  }

  /** Takes a world to work in. */
  enter(world: World): void {
    setNames(world)
    this.world = world
    const economy = ['RUS', 'CHN', 'USA'].find((code) => this.isCountry(code)) ?? world.countries[0]?.code ?? ''
    this.selection = { ...this.selection, economy, country: economy, fuel: world.fuels[0]?.name ?? '' }
  }

  /** Puts a scenario, and perhaps a second one, in the place of what was there. */
  open(scenario: Scenario, against: Scenario | null = null): void {
    this.drafts = { a: draftOf(scenario), b: against ? draftOf(against) : null }
    this.editing = 'a'
    this.history.clear()
    this.refusal = undefined
    for (const one of [scenario, against]) if (one) void this.learn(one)
    this.solve()
  }

  /** Forgets the last picture, where it would be taken for that of another scenario. */
  clear(): void {
    this.scheduler.clear()
    this.response = undefined
    this.answered = undefined
  }

  /** Whether a scenario has the title of a built-in one and does something else. */
  changed(scenario: Scenario | null | undefined): boolean {
    const original = scenario ? this.originals[scenario.name] : undefined
    return !!scenario && !!original && scenario.title === original.title && essence(scenario) !== essence(original)
  }

  /** Reads how a built-in scenario comes, so that what is changed can be told from it. */
  private async learn({ name }: Scenario): Promise<void> {
    if (this.originals[name] || !this.scenarios.some((one) => one.name === name)) return
    try {
      const { scenario } = await this.client.scenario(name)
      this.originals = { ...this.originals, [name]: scenario }
    } catch (failure) {
      // Without it nothing is said; what matters is told by the solve.
      if (!(failure instanceof Refusal)) throw failure
    }
  }

  /** Changes the draft at hand and solves. Changes of one `kind` in quick succession are one step of undo. */
  edit(change: (draft: Draft) => Draft, kind = ''): void {
    const next = change(this.draft)
    if (next === this.draft) return
    this.history.remember(this.drafts, kind)
    this.drafts = { ...this.drafts, [this.editing]: next }
    this.solve()
  }

  /** Sets parts of the closure: what becomes of deficits, and how much time has passed. */
  setClosure(change: Closure): void {
    this.edit((draft) => ({ ...draft, head: { ...draft.head, closure: { ...draft.head.closure, ...change } } }))
  }

  /** Takes a closure that the server offers by its name. */
  close(closure: string): void {
    if (closure === 'fixed' || closure === 'zero' || closure === 'proportional') this.setClosure({ deficits: closure })
    else if (closure === 'long' || closure === 'short') this.setClosure({ horizon: closure })
  }

  undo(): void {
    this.restore(this.history.undo(this.drafts))
  }

  redo(): void {
    this.restore(this.history.redo(this.drafts))
  }

  /** Sets the second scenario, or takes it away. */
  compare(against: Scenario | null): void {
    this.history.remember(this.drafts)
    this.drafts = { ...this.drafts, b: against ? draftOf(against) : null }
    this.editing = 'a'
    if (against) void this.learn(against)
    this.solve()
  }

  /** The second scenario becomes the first, and the first the second. */
  swap(): void {
    const { a, b } = this.drafts
    if (!b) return
    this.history.remember(this.drafts)
    this.drafts = { a: b, b: a }
    this.editing = this.editing === 'a' ? 'b' : 'a'
    this.solve()
  }

  select = (change: Partial<Selection>): void => {
    this.selection = { ...this.selection, ...change }
    if (change.economy && this.isCountry(change.economy)) this.selection.country = change.economy
    // Only what the view needs beyond the last answer makes a request.
    if (this.world && JSON.stringify(this.asks(this.selection)) !== this.lastAsked) this.solve()
  }

  solve(): void {
    if (!this.world) return
    const views = this.asks(this.selection)
    this.lastAsked = JSON.stringify(views)
    this.pending = true
    const request = { world: this.world.name, scenario: this.scenario, against: this.against, views }
    this.scheduler.push({ request, touched: performance.now(), asked: this.lastAsked })
  }

  private isCountry(code: string): boolean {
    return this.world?.countries.some((country) => country.code === code) ?? false
  }

  private restore(drafts: Drafts): void {
    this.drafts = drafts
    if (!drafts.b) this.editing = 'a'
    this.solve()
  }

  private async show(response: SolveResponse, question: Question): Promise<void> {
    addNames(response.extra_names)
    this.response = response
    this.answered = question.request.scenario
    this.refusal = undefined
    await painted()
    this.timing = {
      lastPictureMilliseconds: performance.now() - question.touched,
      lastServerMilliseconds: response.milliseconds,
      pictures: this.timing.pictures + 1,
      number: this.client.number,
    }
    window.__desk = this.timing
  }

  private refuse(failure: unknown): void {
    if (isStale(failure)) return
    if (!(failure instanceof Refusal)) throw failure
    this.refusal = failure.data
  }
}

export const session = new Session()
