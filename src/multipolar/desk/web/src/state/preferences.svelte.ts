import { direction, language, setLanguage, type Language } from '../i18n/language.svelte'

export type Theme = 'light' | 'dark'
type Choice = Theme | 'system'

const dark = typeof matchMedia === 'function' ? matchMedia('(prefers-color-scheme: dark)') : undefined
const state = $state<{ choice: Choice; system: Theme }>({ choice: 'system', system: 'light' })

/** The theme that is shown. */
export function theme(): Theme {
  return state.choice === 'system' ? state.system : state.choice
}

export function setTheme(choice: Theme): void {
  state.choice = choice
  remember('theme', choice)
  apply()
}

export function chooseLanguage(choice: Language): void {
  setLanguage(choice)
  remember('language', choice)
  apply()
}

/** Reads what was chosen earlier, else what the browser prefers. Called once, before the page is drawn. */
export function startPreferences(): void {
  const remembered = recall('language')
  const preferred = navigator.language.startsWith('ar') ? 'ar' : 'en'
  setLanguage(remembered === 'ar' || remembered === 'en' ? remembered : preferred)
  const chosen = recall('theme')
  if (chosen === 'light' || chosen === 'dark') state.choice = chosen
  state.system = dark?.matches ? 'dark' : 'light'
  dark?.addEventListener('change', (event) => {
    state.system = event.matches ? 'dark' : 'light'
    apply()
  })
  apply()
}

function apply(): void {
  const root = document.documentElement
  root.lang = language()
  root.dir = direction()
  root.dataset.theme = theme()
}

export function seen(what: string): boolean {
  return recall(`seen-${what}`) === 'yes'
}

export function setSeen(what: string): void {
  remember(`seen-${what}`, 'yes')
}

// A browser may forbid storage; the page then forgets, and works.
function remember(key: string, value: string): void {
  try {
    localStorage.setItem(`multipolar-${key}`, value)
  } catch {
    return
  }
}

function recall(key: string): string | null {
  try {
    return localStorage.getItem(`multipolar-${key}`)
  } catch {
    return null
  }
}
