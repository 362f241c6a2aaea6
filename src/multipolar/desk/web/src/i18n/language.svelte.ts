// The language of the page. Reading it inside a component makes the component follow it.

export type Language = 'en' | 'ar'

const state = $state<{ language: Language }>({ language: 'en' })

export function language(): Language {
  return state.language
}

export function setLanguage(language: Language): void {
  state.language = language
}

export function direction(): 'ltr' | 'rtl' {
  return state.language === 'ar' ? 'rtl' : 'ltr'
}
