/** How long a newer request waits for the running one before it takes its place, in milliseconds. */
const patience = 800

export type Outcome<Request, Answer> = {
  answered: (answer: Answer, request: Request) => void
  refused: (failure: unknown, request: Request) => void
  settled: () => void
}

/**
 * One request at a time, and the newest next. While a slider moves, every answer is drawn and the positions in between
 * are skipped: cancelling the running request at every step would show nothing until the slider rests.
 */
export class Scheduler<Request, Answer> {
  private turn = 0
  private running = false
  private next: Request | undefined
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(
    private readonly ask: (request: Request) => Promise<Answer>,
    private readonly outcome: Outcome<Request, Answer>,
  ) {}

  push(request: Request): void {
    if (!this.running) {
      void this.start(request)
      return
    }
    this.next = request
    this.timer ??= setTimeout(() => this.advance(), patience)
  }

  /** Forgets what runs and what waits. */
  clear(): void {
    this.turn += 1
    this.running = false
    this.next = undefined
    this.stopWaiting()
  }

  private async start(request: Request): Promise<void> {
    const turn = ++this.turn
    this.running = true
    try {
      const answer = await this.ask(request)
      if (turn === this.turn) this.outcome.answered(answer, request)
    } catch (failure) {
      if (turn === this.turn) this.outcome.refused(failure, request)
    }
    if (turn !== this.turn) return
    this.running = false
    this.advance()
  }

  private advance(): void {
    this.stopWaiting()
    const request = this.next
    this.next = undefined
    if (request !== undefined) void this.start(request)
    else this.outcome.settled()
  }

  private stopWaiting(): void {
    clearTimeout(this.timer)
    this.timer = undefined
  }
}
