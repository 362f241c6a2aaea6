import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Scheduler } from './scheduler'

function made() {
  const asked: { request: number; finish: (answer: string) => void; fail: (failure: Error) => void }[] = []
  const answered: string[] = []
  const refused: string[] = []
  const settled = vi.fn()
  const scheduler = new Scheduler<number, string>(
    (request) => new Promise((finish, fail) => asked.push({ request, finish, fail })),
    {
      answered: (answer) => answered.push(answer),
      refused: (failure) => refused.push((failure as Error).message),
      settled,
    },
  )
  return { asked, answered, refused, settled, scheduler }
}

const turn = () => vi.advanceTimersByTimeAsync(0)

describe('the scheduler', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('asks one thing at a time and then only the newest', async () => {
    const { asked, answered, settled, scheduler } = made()
    for (const request of [1, 2, 3]) scheduler.push(request)
    expect(asked.map((one) => one.request)).toEqual([1])
    asked[0]?.finish('one')
    await turn()
    expect(asked.map((one) => one.request)).toEqual([1, 3])
    expect(settled).not.toHaveBeenCalled()
    asked[1]?.finish('three')
    await turn()
    expect(answered).toEqual(['one', 'three'])
    expect(settled).toHaveBeenCalledOnce()
  })

  it('does not wait for ever for a slow answer, and then does not hear it', async () => {
    const { asked, answered, scheduler } = made()
    scheduler.push(1)
    scheduler.push(2)
    await vi.advanceTimersByTimeAsync(1000)
    expect(asked.map((one) => one.request)).toEqual([1, 2])
    asked[1]?.finish('two')
    await turn()
    asked[0]?.finish('one')
    await turn()
    expect(answered).toEqual(['two'])
  })

  it('goes on after a refusal', async () => {
    const { asked, answered, refused, scheduler } = made()
    scheduler.push(1)
    scheduler.push(2)
    asked[0]?.fail(new Error('no'))
    await turn()
    asked[1]?.finish('two')
    await turn()
    expect([refused, answered]).toEqual([['no'], ['two']])
  })
})
