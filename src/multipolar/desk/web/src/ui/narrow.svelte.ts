import { MediaQuery } from 'svelte/reactivity'

/** True on a phone: one column. The same width is written in the components' styles. */
export const narrow = new MediaQuery('max-width: 760px', false)
