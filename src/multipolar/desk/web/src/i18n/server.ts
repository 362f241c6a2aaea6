// What the server says is in English. What it says of itself, and of what comes with it, is known here in Arabic by the
// English text, as gettext does; the rest (an error, a user's own title) stays as it is and is marked as English.
import arabic from './ar/server.json'
import { language } from './language.svelte'

const texts: Record<string, string> = arabic

/** A text of the server in the language of the page; undefined where only the English is known. */
export function translated(text: string): string | undefined {
  return language() === 'en' ? text : texts[text.trim()]
}
