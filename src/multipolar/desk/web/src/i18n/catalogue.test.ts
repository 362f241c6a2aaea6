import { describe, expect, it } from 'vitest'
import { ar } from './ar'
import { en } from './en'

const fields = (message: string) => [...new Set(message.match(/\{\w+\}/g))].sort()

describe('the catalogues', () => {
  it('have the same keys', () => {
    expect(Object.keys(ar).sort()).toEqual(Object.keys(en).sort())
  })

  it('fill in the same fields', () => {
    for (const [key, message] of Object.entries(en)) {
      expect(fields(ar[key as keyof typeof ar]), key).toEqual(fields(message))
    }
  })

  it('leave nothing empty', () => {
    for (const catalogue of [en, ar]) {
      for (const [key, message] of Object.entries(catalogue)) expect(message.trim(), key).not.toBe('')
    }
  })

  it('are written in their languages', () => {
    // Names and signs are the same in every language; the button names the language that is not shown.
    const noWords = new Set(['page.name', 'language.other'])
    for (const [key, message] of Object.entries(ar)) {
      if (!noWords.has(key) && /\p{Letter}/u.test(message)) expect(message, key).toMatch(/[\u0600-\u06ff]/)
    }
  })
})
