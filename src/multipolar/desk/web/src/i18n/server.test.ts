import { afterEach, describe, expect, it } from 'vitest'
import { setLanguage } from './language.svelte'
import { translated } from './server'

const title = 'China stops selling Russia machines, electronics and vehicles'

describe('texts of the server', () => {
  afterEach(() => setLanguage('en'))

  it('stay as they are in English', () => {
    expect(translated('anything')).toBe('anything')
  })

  it('are Arabic where that is known, and only there', () => {
    setLanguage('ar')
    expect(translated(title)).toMatch(/[\u0600-\u06ff]/)
    expect(translated(`${title}\n`)).toBe(translated(title))
    expect(translated('a title of somebody’s own')).toBeUndefined()
  })
})
