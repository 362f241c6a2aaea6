import { describe, expect, it, vi } from 'vitest'
import { Client } from './client'
import { isStale, Refusal } from './refusal'
import type { Scenario, SolveRequest } from './types'

const scenario: Scenario = { version: 1, name: 'none', measures: [] }
const question = { world: 'small', scenario }
const noWait = () => Promise.resolve()

function answer(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers })
}

function refused(kind: string, status: number, headers: Record<string, string> = {}): Response {
  return answer({ error: { kind, message: 'why', nearest: ['CHN'], closures: [], problems: [], measure: 1 } }, status, headers)
}

/** A fetch that answers when it is told to, and fails when it is aborted. */
function held() {
  const calls: { body: SolveRequest; finish: (response: Response) => void }[] = []
  const fetch = (_address: string, options?: RequestInit) =>
    new Promise<Response>((finish, fail) => {
      options?.signal?.addEventListener('abort', () => fail(options.signal?.reason as Error))
      calls.push({ body: JSON.parse(options?.body as string) as SolveRequest, finish })
    })
  return { calls, fetch }
}

describe('the client', () => {
  it('aborts the former request of a channel, and the newest wins', async () => {
    const { calls, fetch } = held()
    const client = new Client(fetch, noWait, 'page')
    const first = client.solve(question).catch((failure: unknown) => failure)
    const second = client.solve(question)
    calls[1]?.finish(answer({ hash: 'second' }))
    expect((await second).hash).toBe('second')
    expect(isStale(await first)).toBe(true)
  })

  it('counts its requests up and names its page', async () => {
    const { calls, fetch } = held()
    const client = new Client(fetch, noWait, 'page')
    void client.solve(question).catch(() => undefined)
    void client.solve(question).catch(() => undefined)
    expect(calls.map(({ body }) => [body.page, body.number])).toEqual([['page', 1], ['page', 2]])
  })

  it('keeps channels apart', async () => {
    const { calls, fetch } = held()
    const client = new Client(fetch, noWait, 'page')
    const solve = client.solve(question)
    const friends = client.friends({ world: 'small', country: 'CHN' })
    calls[0]?.finish(answer({ hash: 'solved' }))
    calls[1]?.finish(answer({ country: 'CHN' }))
    expect((await solve).hash).toBe('solved')
    expect((await friends).country).toBe('CHN')
  })

  it('tells what was refused', async () => {
    const client = new Client(() => Promise.resolve(refused('unknown_name', 404)), noWait)
    const failure = await client.solve(question).catch((thrown: unknown) => thrown)
    expect(failure).toBeInstanceOf(Refusal)
    expect((failure as Refusal).data).toMatchObject({ kind: 'unknown_name', nearest: ['CHN'], measure: 1 })
  })

  it('comes back once when the desk is busy', async () => {
    const wait = vi.fn(noWait)
    const answers = [refused('busy', 503, { 'Retry-After': '2' }), answer({ hash: 'later' })]
    const client = new Client(() => Promise.resolve(answers.shift() as Response), wait)
    expect((await client.solve(question)).hash).toBe('later')
    expect(wait).toHaveBeenCalledExactlyOnceWith(2000)
  })

  it('does not come back a second time', async () => {
    const fetch = vi.fn(() => Promise.resolve(refused('busy', 503, { 'Retry-After': '0' })))
    await expect(new Client(fetch, noWait).solve(question)).rejects.toThrow(Refusal)
    expect(fetch).toHaveBeenCalledTimes(2)
  })

  it('says that the desk does not answer, or not so that it can be read', async () => {
    const gone = new Client(() => Promise.reject(new TypeError('failed')), noWait)
    await expect(gone.status()).rejects.toMatchObject({ data: { kind: 'offline' } })
    const strange = new Client(() => Promise.resolve(new Response('<html>', { status: 502 })), noWait)
    await expect(strange.status()).rejects.toMatchObject({ data: { kind: 'unreadable' } })
  })
})
