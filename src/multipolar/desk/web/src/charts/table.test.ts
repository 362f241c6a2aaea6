import { describe, expect, it } from 'vitest'
import { csvOf, sorted, type Table } from './table'
import { wrapped } from './text'
import { fileName } from './names'

const table: Table = {
  caption: 'Change',
  columns: [{ label: 'Economy' }, { label: 'Change, percent', digits: 2, signed: true }],
  rows: [
    { key: 'b', cells: ['Belgium', -1.5] },
    { key: 'a', cells: ['Austria', null] },
    { key: 'c', cells: ['China, mainland', 0.25] },
  ],
}

describe('sorting', () => {
  const keys = (column: number, descending: boolean) =>
    sorted(table.rows, { column, descending }, 'en')
      .map(({ key }) => key)
      .join('')

  it('has what is missing last either way', () => {
    expect(keys(1, false)).toBe('bca')
    expect(keys(1, true)).toBe('cba')
  })

  it('knows words, and leaves the order alone where none is asked for', () => {
    expect(keys(0, false)).toBe('abc')
    expect(sorted(table.rows, null, 'en')).toBe(table.rows)
  })
})

describe('CSV', () => {
  it('says what it is, quotes, and leaves missing numbers empty', () => {
    expect(csvOf(table, ['Change of\nincome', '', 'abc123'])).toBe(
      [
        '# Change of income',
        '# abc123',
        'Economy,"Change, percent"',
        'Belgium,-1.5',
        'Austria,',
        '"China, mainland",0.25',
        '',
      ].join('\r\n'),
    )
  })

  it('writes no formula', () => {
    const wicked: Table = { ...table, rows: [{ key: 'x', cells: ['=1+1', Number.NaN] }] }
    expect(csvOf(wicked, []).split('\r\n')[1]).toBe("'=1+1,")
  })

  it('is named after the view and the scenario', () => {
    expect(fileName('map', 'e3097f9b1c917d85ec85', 'csv')).toBe('multipolar-map-e3097f9b1c91.csv')
    expect(fileName('map', '', 'png')).toBe('multipolar-map-base.png')
  })
})

it('breaks lines between words', () => {
  expect(wrapped('one two three four', 9)).toEqual(['one two', 'three', 'four'])
  expect(wrapped('immeasurable', 4)).toEqual(['immeasurable'])
})
