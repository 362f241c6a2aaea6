import { Refusal } from './refusal'
import type * as api from './types'

type Fetch = (address: string, options?: RequestInit) => Promise<Response>
type Wait = (milliseconds: number) => Promise<void>

const longestWait = 10_000
const pause: Wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** What the desk's server can be asked. Requests of one channel cancel each other: the newest wins. */
export class Client {
  readonly page: string
  number = 0
  private readonly running = new Map<string, AbortController>()

  constructor(
    private readonly fetch: Fetch = (address, options) => globalThis.fetch(address, options),
    private readonly wait: Wait = pause,
    page: string = randomName(),
  ) {
    this.page = page
  }

  status = () => this.get<api.Status>('api/status')
  worlds = () => this.get<api.Worlds>('api/worlds')
  world = (name: string) => this.get<api.World>(`api/worlds/${encodeURIComponent(name)}`)
  variables = () => this.get<api.Variables>('api/variables')
  measures = () => this.get<api.Measures>('api/measures')
  scenarios = () => this.get<api.Scenarios>('api/scenarios')
  scenario = (name: string) => this.get<{ scenario: api.Scenario }>(`api/scenarios/${encodeURIComponent(name)}`)
  briefs = () => this.get<api.Briefs>('api/briefs')
  brief = (name: string) => this.get<api.Brief>(`api/briefs/${encodeURIComponent(name)}`, 'brief')
  link = (link: string) => this.post<api.LinkOpened>('api/link', { link }, 'link')
  parse = (text: string) => this.post<{ scenario: api.Scenario }>('api/parse', { text })
  reproduce = (run: { world: string; scenario: api.Scenario }) => this.post<api.Reproduced>('api/reproduce', run)
  runs = () => this.get<api.Runs>('api/runs')
  run = (hash: string) =>
    this.get<{ run: api.Run; scenario: api.Scenario }>(`api/runs/${encodeURIComponent(hash)}`)
  save = (run: { world: string; scenario: api.Scenario; name: string }) => this.post<api.Run>('api/runs', run)

  async forget(hash: string): Promise<void> {
    await this.ask(`api/runs/${encodeURIComponent(hash)}`, { method: 'DELETE' })
  }

  async signIn(token: string): Promise<void> {
    await this.ask('api/session', sent({ token }))
  }

  async download(request: { world: string; scenario: api.Scenario; format: api.ExportFormat }): Promise<Blob> {
    return (await this.ask('api/export', sent(request))).blob()
  }

  solve(request: Omit<api.SolveRequest, 'page' | 'number'>): Promise<api.SolveResponse> {
    return this.numbered('solve', request)
  }

  curve(request: Omit<api.CurveRequest, 'page' | 'number'>): Promise<api.Curve> {
    return this.numbered('curve', request)
  }

  friends(request: Omit<api.FriendsRequest, 'page' | 'number'>): Promise<api.Friends> {
    return this.numbered('friends', request)
  }

  /** Gives up on what a channel waits for, if anything. */
  abort(channel: string): void {
    this.running.get(channel)?.abort()
  }

  // A page has one line of requests for each thing that it draws, so that a curve never displaces a solve.
  private numbered<Answer>(channel: string, request: object): Promise<Answer> {
    this.number += 1
    const page = channel === 'solve' ? this.page : `${this.page}-${channel}`
    return this.post<Answer>(`api/${channel}`, { ...request, page, number: this.number }, channel)
  }

  private async get<Answer>(address: string, channel?: string): Promise<Answer> {
    return read(await this.ask(address, {}, channel))
  }

  private async post<Answer>(address: string, body: object, channel?: string): Promise<Answer> {
    return read(await this.ask(address, sent(body), channel))
  }

  private async ask(address: string, options: RequestInit, channel?: string): Promise<Response> {
    if (channel === undefined) return this.attempt(address, options)
    this.abort(channel)
    const controller = new AbortController()
    this.running.set(channel, controller)
    try {
      const answer = await this.attempt(address, { ...options, signal: controller.signal })
      controller.signal.throwIfAborted()
      return answer
    } finally {
      if (this.running.get(channel) === controller) this.running.delete(channel)
    }
  }

  /** One request, and one more where the server says that it is busy and when to come back. */
  private async attempt(address: string, options: RequestInit): Promise<Response> {
    const answer = await this.reach(address, options)
    if (answer.ok) return answer
    const refusal = await refusalOf(answer)
    const seconds = Number(answer.headers.get('Retry-After') ?? NaN)
    if (refusal.data.kind !== 'busy' || !(seconds >= 0)) throw refusal
    await this.wait(Math.min(seconds * 1000, longestWait))
    options.signal?.throwIfAborted()
    const second = await this.reach(address, options)
    if (second.ok) return second
    throw await refusalOf(second)
  }

  private async reach(address: string, options: RequestInit): Promise<Response> {
    try {
      return await this.fetch(address, { credentials: 'same-origin', ...options })
    } catch (failure) {
      if (options.signal?.aborted) throw failure
      throw new Refusal({ kind: 'offline', message: '' })
    }
  }
}

function sent(body: object): RequestInit {
  return { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }
}

async function read<Answer>(answer: Response): Promise<Answer> {
  return (await answer.json()) as Answer
}

async function refusalOf(answer: Response): Promise<Refusal> {
  try {
    const body = (await answer.json()) as { error?: api.RefusalData }
    if (body.error && typeof body.error.message === 'string') return new Refusal(body.error)
  } catch {
    // No JSON: a proxy's page, or nothing. What follows says so.
  }
  return new Refusal({ kind: 'unreadable', message: String(answer.status) })
}

// crypto.randomUUID is missing where the page comes over plain http from another machine.
function randomName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
