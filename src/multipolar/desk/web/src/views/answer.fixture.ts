// A small answer for tests: three countries, one of them the rest of the world.
import type { GroupResult, SolveResponse, World } from '../api/types'

const group = (name: string, members: string[], real_income: number): GroupResult => ({
  name,
  members,
  real_income,
  real_gdp: real_income,
  equivalent_variation: -1000,
  income: 1,
  exports: 1,
  imports: 1,
  tariff_revenue: 0,
})

export const answer: SolveResponse = {
  outcome: {
    scenario: 'test',
    title: 'A test',
    world: 'small',
    relative_to: 'base year',
    units: { real_income: 'percent' },
    countries: {
      RUS: { real_income: -1.2, equivalent_variation: -24_000, real_wage: -0.5 },
      CHN: { real_income: -0.06, equivalent_variation: -11_000, real_wage: null },
      ROW: { real_income: 0.02, equivalent_variation: 500, real_wage: 0.01 },
    },
    groups: { BRICS: group('BRICS', ['RUS', 'CHN'], -0.1) },
    world_total: group('world', ['RUS', 'CHN', 'ROW'], -0.02),
    notes: [],
    certificate: {
      residual: 1e-12,
      iterations: 10,
      method: 'Anderson',
      seconds: 0.02,
      scenario_hash: 'e3097f9b1c91',
      world_hash: '5c4d',
      versions: {},
      deficits: 'proportional',
      horizon: 'long',
      sourcing: 'common',
      existence: 'exists',
      dropped: [],
      notes: [],
    },
  },
  against: null,
  relative: null,
  hash: 'e3097f9b1c91',
  link: '',
  extra_names: { countries: {}, sectors: {} },
  milliseconds: 20,
  views: {
    trade: {
      sector: 'all',
      unit: 'million USD',
      countries: ['RUS', 'CHN', 'ROW'],
      before: [
        [0, 100, 100],
        [80, 0, 300],
        [40, 200, 0],
      ],
      after: [
        [0, 60, 90],
        [40, 0, 310],
        [50, 215, 0],
      ],
    },
  },
}

export const world: World = {
  name: 'small',
  year: 2023,
  hash: '5c4d',
  countries: ['RUS', 'CHN', 'ROW'].map((code) => ({
    code,
    names: { en: code, ar: code },
    gdp: 1000,
    trade_balance: 0,
    members: [],
  })),
  groups: [],
  sectors: [],
  sector_groups: [],
  rails: [],
  fuels: [],
  has_military: false,
  has_controlled: false,
  corridors: [],
  sources: {},
  assumptions: [],
  limits: [],
}
