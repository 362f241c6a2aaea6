import { filled, maybe, t } from '.'
import { list } from './format'
import { language } from './language.svelte'
import { placeName, sectorName } from './names.svelte'

/** The name of a standard group of sectors, such as electronics. */
export function goods(group: string): string {
  return maybe(`goods.${group}`, group.replaceAll('_', ' '))
}

type Selected = { parts: string[]; all: string; others: string; one: (code: string) => string }

function phrase({ parts, all, others, one }: Selected): string {
  const word = (part: string) => (part === 'all' ? all : part === 'others' ? others : one(part))
  const included = parts.filter((part) => !part.startsWith('-')).map(word)
  const left = parts.filter((part) => part.startsWith('-')).map((part) => word(part.slice(1)))
  const whole = included.length === 0 ? all : list(included)
  return left.length === 0 ? whole : filled(t('selector.except'), { whole, left: list(left) })
}

// Names that stand with an article inside an English sentence.
const withArticle: ReadonlySet<string> = new Set([
  ...['USA', 'GBR', 'NLD', 'PHL', 'ARE', 'ROW', 'REU', 'EU', 'EU27', 'EU28', 'EUROZONE', 'EFTA', 'G7', 'GCC', 'SCO'],
  ...['EAEU', 'OECD', 'COALITION', 'SANCTIONING', 'EAST_BLOC', 'WEST_BLOC'],
])

/** A selector of countries in words: the European Union except Hungary. */
export function places(parts: string[]): string {
  const one = (code: string) => (language() === 'en' && withArticle.has(code) ? `the ${placeName(code)}` : placeName(code))
  return phrase({ parts, all: t('selector.everyone'), others: t('selector.others'), one })
}

/** A selector of sectors in words. */
export function wares(parts: string[], known: (code: string) => boolean): string {
  const one = (code: string) => (known(code) ? inSentence(sectorName(code)) : goods(code))
  return phrase({ parts, all: t('selector.goods'), others: t('selector.goods'), one })
}

export function rails(parts: string[]): string {
  return phrase({ parts, all: t('selector.rails'), others: t('selector.rails'), one: (rail) => rail })
}

/** The name of a sector inside an English sentence: no capital, but in abbreviations. */
function inSentence(text: string): string {
  return language() === 'en' && /^[A-Z][a-z-]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text
}

/** A name that stands alone, in a list: with a capital. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
