// A country that trades with nobody any more, under deficits in proportion to income: its real income contains the
// surplus that it no longer lends, so real GDP is read in its place, as the briefs do.
import type { OutcomeData, World } from '../api/types'

export function isCutOff(outcome: OutcomeData | null | undefined, economy: string): boolean {
  if (outcome?.certificate.deficits !== 'proportional') return false
  const { exports, imports } = outcome.countries[economy] ?? {}
  return exports != null && imports != null && exports <= 0 && imports <= 0
}

/** What the change of a country's real GDP is worth at the base year's prices, million USD. */
export function worthOfGdp(world: World, economy: string, percent: number | null | undefined): number | null {
  const gdp = world.countries.find(({ code }) => code === economy)?.gdp
  return gdp === undefined || percent == null ? null : (percent / 100) * gdp
}
