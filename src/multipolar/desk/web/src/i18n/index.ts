import { ar } from './ar'
import { en } from './en'
import { language, type Language } from './language.svelte'

export { direction, language, setLanguage, type Language } from './language.svelte'
export { name, placeName, sectorName, setNames } from './names.svelte'
export * from './format'

export type MessageKey = keyof typeof en
export type Messages = Record<MessageKey, string>
export type Fields = Record<string, string | number>

const catalogues: Record<Language, Messages> = { en, ar }

/** The message of a key in the language of the page, its {fields} filled in. */
export function t(key: MessageKey, fields: Fields = {}): string {
  return filled(catalogues[language()][key], fields)
}

/** The message of a key that may not exist (kinds of measure, fields), or the fallback. */
export function maybe(key: string, fallback: string, fields: Fields = {}): string {
  return key in en ? t(key as MessageKey, fields) : fallback
}

export function filled(message: string, fields: Fields): string {
  return message.replace(/\{(\w+)\}/g, (whole, field: string) => {
    const value = fields[field]
    return value === undefined ? whole : String(value)
  })
}
