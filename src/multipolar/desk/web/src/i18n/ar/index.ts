import { messages as views } from '../../views/messages.ar'
import { builder } from './builder'
import { measures } from './measures'
import { page } from './page'

export const ar = { ...page, ...builder, ...measures, ...views }
