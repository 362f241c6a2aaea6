import { direction } from '../i18n'

const rightToLeftIsolate = '\u2067'
const popIsolate = '\u2069'

/** A line of text in the direction of the page, wherever a canvas draws it. */
export function directed(text: string): string {
  return direction() === 'rtl' ? rightToLeftIsolate + text + popIsolate : text
}

/** Lines of a tooltip, each in the direction of the page. */
export function lines(...texts: (string | null | undefined | false)[]): string {
  return texts
    .filter((text): text is string => Boolean(text))
    .map(directed)
    .join('\n')
}

/** Breaks a text into lines of at most so many characters, between words. */
export function wrapped(text: string, most: number): string[] {
  const made: string[] = []
  for (const word of text.split(' ')) {
    const last = made.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= most) made[made.length - 1] = `${last} ${word}`
    else made.push(word)
  }
  return made
}
