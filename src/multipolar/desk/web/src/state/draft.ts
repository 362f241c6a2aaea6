import type { Measure, Scenario } from '../api/types'

/** A measure as a card of the builder: switched off, it is kept and not sent. */
export type Card = { id: number; measure: Measure; off: boolean }
export type Draft = { head: Omit<Scenario, 'measures'>; cards: Card[] }

const untitled = 'untitled'
let lastId = 0

export function cardOf(measure: Measure): Card {
  lastId += 1
  return { id: lastId, measure, off: false }
}

export function draftOf(scenario: Scenario): Draft {
  const { measures, ...head } = scenario
  return { head, cards: measures.map(cardOf) }
}

export function emptyDraft(): Draft {
  return { head: { version: 1, name: untitled, closure: { deficits: 'proportional' } }, cards: [] }
}

/** The scenario that is sent: without the measures that are switched off. */
export function scenarioOf(draft: Draft): Scenario {
  return { ...draft.head, measures: draft.cards.filter((card) => !card.off).map((card) => card.measure) }
}

/** What a scenario is called on the page; nothing where it has no title and the name of a new one. */
export function titleOf(scenario: Omit<Scenario, 'measures'>): string {
  return scenario.title || (scenario.name === untitled ? '' : scenario.name)
}

/** What a scenario does, without what is said about it. */
export function essence({ measures, closure, baseline, coarse }: Scenario): string {
  return JSON.stringify([measures, closure ?? {}, baseline ?? null, coarse === true])
}

/** The card of the measure that a refusal names by its number in what was sent, from 1. */
export function cardAt(draft: Draft, number: number | null): Card | undefined {
  return number === null ? undefined : draft.cards.filter((card) => !card.off)[number - 1]
}

export function withField(draft: Draft, id: number, field: string, value: unknown): Draft {
  return withCard(draft, id, (card) => ({ ...card, measure: changed(card.measure, field, value) }))
}

export function switched(draft: Draft, id: number): Draft {
  return withCard(draft, id, (card) => ({ ...card, off: !card.off }))
}

export function without(draft: Draft, id: number): Draft {
  return { ...draft, cards: draft.cards.filter((card) => card.id !== id) }
}

export function added(draft: Draft, measure: Measure): Draft {
  return { ...draft, cards: [...draft.cards, cardOf(measure)] }
}

export function duplicated(draft: Draft, id: number): Draft {
  return {
    ...draft,
    cards: draft.cards.flatMap((card) => (card.id === id ? [card, { ...cardOf(card.measure), off: card.off }] : [card])),
  }
}

/** A card moved up (-1) or down (1). */
export function moved(draft: Draft, id: number, by: -1 | 1): Draft {
  const from = draft.cards.findIndex((card) => card.id === id)
  const to = from + by
  const [one, other] = [draft.cards[from], draft.cards[to]]
  if (!one || !other) return draft
  const cards = [...draft.cards]
  cards[from] = other
  cards[to] = one
  return { ...draft, cards }
}

function withCard(draft: Draft, id: number, change: (card: Card) => Card): Draft {
  return { ...draft, cards: draft.cards.map((card) => (card.id === id ? change(card) : card)) }
}

function changed(measure: Measure, field: string, value: unknown): Measure {
  const { [field]: _former, ...rest } = measure
  return value === undefined ? (rest as Measure) : { ...measure, [field]: value }
}
