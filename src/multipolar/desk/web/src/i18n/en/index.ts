import { messages as views } from '../../views/messages.en'
import { builder } from './builder'
import { measures } from './measures'
import { page } from './page'

// The English catalogue defines the keys; the Arabic one must have exactly the same.
export const en = { ...page, ...builder, ...measures, ...views } as const
