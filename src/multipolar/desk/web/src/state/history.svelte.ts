/** How long changes of one kind count as one step of undo, in milliseconds. */
const together = 1000
const deepest = 200

/** What a draft was, for undo and redo. A slider's way is one step. */
export class History<State> {
  private past = $state.raw<State[]>([])
  private future = $state.raw<State[]>([])
  private last = { kind: '', at: 0 }

  readonly canUndo = $derived(this.past.length > 0)
  readonly canRedo = $derived(this.future.length > 0)

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Remembers a state that is about to change; `kind` names what changes, so that a series is one step. */
  remember(state: State, kind = ''): void {
    const at = this.now()
    const same = kind !== '' && kind === this.last.kind && at - this.last.at < together
    this.last = { kind, at }
    if (!same) this.past = [...this.past.slice(-deepest), state]
    this.future = []
  }

  undo(current: State): State {
    const former = this.past.at(-1)
    if (former === undefined) return current
    this.past = this.past.slice(0, -1)
    this.future = [...this.future, current]
    this.last = { kind: '', at: 0 }
    return former
  }

  redo(current: State): State {
    const later = this.future.at(-1)
    if (later === undefined) return current
    this.future = this.future.slice(0, -1)
    this.past = [...this.past, current]
    this.last = { kind: '', at: 0 }
    return later
  }

  clear(): void {
    this.past = []
    this.future = []
    this.last = { kind: '', at: 0 }
  }
}
