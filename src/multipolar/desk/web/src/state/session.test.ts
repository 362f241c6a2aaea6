import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Client } from '../api/client'
import { Refusal } from '../api/refusal'
import type { Scenario, SolveRequest, SolveResponse, World } from '../api/types'
import { added, cardAt, moved, scenarioOf, switched, withField } from './draft'
import { Session } from './session.svelte'

vi.mock('./picture', () => ({ painted: () => Promise.resolve() }))

const world = { name: 'small', countries: [{ code: 'CHN' }], groups: [], sectors: [], fuels: [] } as unknown as World
const scenario: Scenario = {
  version: 1,
  name: 'two',
  measures: [
    { kind: 'tariff', importer: 'USA', exporter: 'CHN', rate: 0.1 },
    { kind: 'export_ban', importer: 'RUS', exporter: 'CHN' },
  ],
}

class Fake extends Client {
  asked: { request: Omit<SolveRequest, 'page' | 'number'>; finish: (response: SolveResponse) => void; fail: (failure: Error) => void }[] = []
  override solve = (request: Omit<SolveRequest, 'page' | 'number'>) =>
    new Promise<SolveResponse>((finish, fail) => this.asked.push({ request, finish, fail }))
}

const response = (hash: string) =>
  ({ hash, link: hash, milliseconds: 3, extra_names: { countries: {}, sectors: {} } }) as unknown as SolveResponse
const turn = () => new Promise((resolve) => setTimeout(resolve, 0))

let client: Fake
let session: Session
const rate = (at: number) => client.asked[at]?.request.scenario.measures[0]?.['rate']
const slide = (value: number) => {
  const id = session.draft.cards[0]?.id ?? 0
  session.edit((draft) => withField(draft, id, 'rate', value), 'rate')
}

beforeEach(() => {
  vi.stubGlobal('window', {})
  client = new Fake(() => Promise.reject(new Error('no network')), undefined, 'page')
  session = new Session(client)
  session.enter(world)
  session.open(scenario)
})

describe('the session', () => {
  it('keeps the last country for views that know no groups', () => {
    session.select({ economy: 'CHN' })
    session.select({ economy: 'EU27' })
    expect(session.selection).toMatchObject({ economy: 'EU27', country: 'CHN' })
  })

  it('says when a built-in scenario has been changed', async () => {
    const original = { ...scenario, title: 'Two measures' }
    session.scenarios = [{ name: 'two', title: 'Two measures', description: '', briefs: [] }]
    client.scenario = () => Promise.resolve({ scenario: original })
    session.open(original)
    await turn()
    expect(session.changed(session.scenario)).toBe(false)
    slide(0.3)
    expect(session.changed(session.scenario)).toBe(true)
    expect(session.changed({ ...session.scenario, title: 'Mine' })).toBe(false)
    session.undo()
    expect(session.changed(session.scenario)).toBe(false)
  })

  it('sends the newest position of a slider and skips those in between', async () => {
    for (const value of [0.2, 0.3, 0.4]) slide(value)
    client.asked[0]?.finish(response('first'))
    await turn()
    expect(client.asked.length).toBe(2)
    expect([rate(0), rate(1)]).toEqual([0.1, 0.4])
    expect(session.response?.hash).toBe('first')
    expect(session.pending).toBe(true)
    client.asked[1]?.finish(response('second'))
    await turn()
    expect(session.response?.hash).toBe('second')
    expect(session.pending).toBe(false)
    expect(session.timing.pictures).toBe(2)
  })

  it('keeps the last picture and blames the card when an answer is refused', async () => {
    client.asked[0]?.finish(response('first'))
    await turn()
    const first = session.draft.cards[0]
    if (first) session.edit((draft) => switched(draft, first.id))
    client.asked[1]?.fail(new Refusal({ kind: 'input', message: 'why', measure: 1 }))
    await turn()
    expect(session.response?.hash).toBe('first')
    expect(session.refusal?.message).toBe('why')
    expect(session.blamed?.measure.kind).toBe('export_ban')
  })

  it('ignores what a newer request displaced', async () => {
    client.asked[0]?.fail(new Refusal({ kind: 'superseded', message: '' }))
    await turn()
    expect(session.refusal).toBeUndefined()
  })

  it('undoes the way of a slider in one step', () => {
    for (const value of [0.2, 0.3, 0.4]) slide(value)
    session.undo()
    expect(session.scenario.measures[0]?.['rate']).toBe(0.1)
    session.redo()
    expect(session.scenario.measures[0]?.['rate']).toBe(0.4)
  })

  it('asks again only where a view needs more than the last answer has', () => {
    session.asks = (selection) => (selection.view === 'parts' ? { decomposition: { economy: selection.economy } } : {})
    const before = client.asked.length
    session.select({ variable: 'real_gdp' })
    client.asked[0]?.finish(response('first'))
    expect(client.asked.length).toBe(before)
  })

  it('sends the second scenario beside the first, and swaps them', async () => {
    client.asked[0]?.finish(response('first'))
    await turn()
    session.compare({ version: 1, name: 'other', measures: [] })
    expect(client.asked[1]?.request.against?.name).toBe('other')
    session.swap()
    expect([session.scenario.name, session.against?.name]).toEqual(['other', 'two'])
  })
})

describe('a draft', () => {
  it('sends what is switched on, in order', () => {
    let draft = session.draft
    const [first, second] = draft.cards
    draft = moved(switched(added(draft, { kind: 'embargo' }), second?.id ?? 0), first?.id ?? 0, 1)
    expect(scenarioOf(draft).measures.map((measure) => measure.kind)).toEqual(['tariff', 'embargo'])
    expect(cardAt(draft, 2)?.measure.kind).toBe('embargo')
    expect(cardAt(draft, null)).toBeUndefined()
  })
})
