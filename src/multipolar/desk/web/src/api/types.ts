// What the server says and is asked, as written in the contract of the desk. Percent changes are in percent, money in
// million US dollars, rates in fractions.

export type Names = { en: string; ar: string }

export type Status = {
  state: 'warming' | 'ready' | 'failed'
  message: string
  version: string
  done: number
  of: number
  token_required: boolean
  signed_in: boolean
}

export type Worlds = {
  default: string
  worlds: { name: string; year: number; hash: string; countries: number; sectors: number }[]
}

export type Country = { code: string; names: Names; gdp: number; trade_balance: number; members: string[] }
export type CountryGroup = { name: string; names: Names; members: string[] }
export type Sector = { code: string; names: Names; output: number }
export type SectorGroup = { name: string; description: string; sectors: string[] }
export type Corridor = {
  exporter: string
  importer: string
  sector: string
  name: string
  flow: number | null
  unit: string
}
export type Assumption = { what: string; value: string; alternatives: string; reason: string }

export type World = {
  name: string
  year: number
  hash: string
  countries: Country[]
  groups: CountryGroup[]
  sectors: Sector[]
  sector_groups: SectorGroup[]
  rails: string[]
  fuels: { name: string; unit: string }[]
  has_military: boolean
  has_controlled: boolean
  corridors: Corridor[]
  sources: Record<string, string>
  assumptions: Assumption[]
  limits: string[]
}

export type Variable = {
  name: string
  symbol: string
  dimensions: string[]
  unit: string
  sign: string
  kind: string
  description: string
}
export type Variables = { variables: Variable[] }

export type FieldType =
  | 'countries'
  | 'sides'
  | 'sectors'
  | 'rails'
  | 'rate'
  | 'number'
  | 'text'
  | 'choice'
  | 'boolean'
  | 'data'

export type MeasureField = {
  name: string
  type: FieldType
  unit: string
  required: boolean
  default: unknown
  description: string
  choices: string[]
}
export type MeasureKind = { kind: string; summary: string; example: Measure; fields: MeasureField[] }
export type Measures = { measures: MeasureKind[] }

export type Selector = string | string[]
export type Measure = { kind: string; [field: string]: unknown }

export type Deficits = 'fixed' | 'zero' | 'proportional'
export type Horizon = 'long' | 'short'
export type Closure = { deficits?: Deficits; horizon?: Horizon; sourcing?: 'common' | 'by-use' }
export type Note = { text: string; source?: string }

export type Scenario = {
  version: 1
  name: string
  title?: string
  description?: string
  baseline?: string | Scenario | null
  closure?: Closure
  coarse?: boolean
  measures: Measure[]
  notes?: Note[]
}

export type ScenarioSummary = { name: string; title: string; description: string; briefs: string[] }
export type Scenarios = { scenarios: ScenarioSummary[] }

export type Briefs = { briefs: { name: string; title: string }[] }
export type BriefCell = {
  percent: number
  other_percent: number | null
  billions: number
  headline: string
  flagged: boolean
}
export type Extreme = { name: string; percent: number }
export type BriefRow = {
  name: string
  title: string
  description: string
  reason: string
  cells: (BriefCell | null)[]
  winners: Extreme[]
  losers: Extreme[]
  world: { percent: number; billions: number } | null
}
export type Brief = {
  state: 'computing' | 'ready' | 'failed'
  done: number
  of: number
  message: string
  name: string
  title: string
  introduction: string
  caution: string
  economies: { key: string; name: string; names: Names }[]
  scenarios: BriefRow[]
}

export type Asked = {
  decomposition?: { economy: string }
  trade?: { sector: string }
  sectors?: { country: string }
  settlement?: { country: string | null }
  fuels?: { fuel: string }
  controlled?: Record<string, never>
  war?: Record<string, never>
}

export type SolveRequest = {
  world: string
  scenario: Scenario
  page: string
  number: number
  against?: Scenario | null
  views?: Asked
}

export type GroupResult = {
  name: string
  members: string[]
  real_income: number
  real_gdp: number
  equivalent_variation: number
  income: number
  exports: number
  imports: number
  tariff_revenue: number
}

export type Certificate = {
  residual: number
  iterations: number
  method: string
  seconds: number
  scenario_hash: string
  world_hash: string
  versions: Record<string, string>
  deficits: string
  horizon: string
  sourcing: string
  existence: string
  dropped: string[]
  notes: string[]
  [more: string]: unknown
}

export type CountryResults = Record<string, number | null>

export type OutcomeData = {
  scenario: string
  title: string
  world: string
  relative_to: string
  units: Record<string, string>
  countries: Record<string, CountryResults>
  groups: Record<string, GroupResult>
  world_total: GroupResult
  notes: string[]
  certificate: Certificate
}

export type Channel =
  | 'wages'
  | 'resources'
  | 'capital'
  | 'productivity'
  | 'imports'
  | 'barriers'
  | 'suppliers_lost'
  | 'suppliers_gained'
  | 'tariff_revenue'
  | 'rents'
  | 'deficit'
  | 'transfers'
  | 'gifts'

export type DecompositionSeen = {
  economy: string
  percent: number
  unit: string
  channels: {
    channel: Channel
    points: number
    phrase: string
    details: { phrase: string; points: number }[]
  }[]
}
// Matrices are [exporter][importer]; sales at home are zero.
export type TradeSeen = { sector: string; unit: string; countries: string[]; before: number[][]; after: number[][] }
export type SectorsSeen = {
  country: string
  sectors: string[]
  units: Record<string, string>
  variables: Record<string, (number | null)[]>
}
export type SettlementSeen = {
  economy: string
  rails: string[]
  trade: number
  trade_after: number
  before: Record<string, number>
  after: Record<string, number>
  quality: string
  sources: string[]
  cost: number
}
export type FuelsSeen = {
  fuel: string
  unit: string
  withheld: string
  countries: string[]
  before: number[][]
  after: number[][]
  production: { before: number[]; after: number[] }
  corridors: { exporter: string; importer: string; name: string; before: number; after: number | null }[]
}
/** Growth is a ratio; null where nothing was traded, or read. */
export type Hub = {
  code: string
  transit: number
  bought: number | null
  bought_published: number | null
  sold: number | null
  sold_published: number | null
  in_world: boolean
}
export type ControlledSeen =
  | {
      targets: string[]
      coalition: string[]
      suppliers: {
        code: string
        before: number
        direct: number
        through: Record<string, number>
        after: number
      }[]
      hubs: Hub[]
      sold: number
      gone: number
      round: number
      own: number
      others: number
      price: number
      means: Record<string, number | null>
      units: Record<string, string>
    }
  | { refused: string }
export type WarSeen = {
  rows: { country: string; capacity: number; budget: number; cost: number; arms: number }[]
  units: Record<string, string>
}

export type Seen = {
  decomposition?: DecompositionSeen
  trade?: TradeSeen
  sectors?: SectorsSeen
  settlement?: SettlementSeen
  fuels?: FuelsSeen
  controlled?: ControlledSeen
  war?: WarSeen
}

export type SolveResponse = {
  outcome: OutcomeData
  against: OutcomeData | null
  relative: OutcomeData | null
  hash: string
  link: string
  milliseconds: number
  /** Of economies and sectors that the world itself does not list: parts of a divided sector, hubs in a larger region. */
  extra_names: { countries: Record<string, Names>; sectors: Record<string, Names> }
  views: Seen
}

export type CurveRequest = {
  world: string
  scenario: Scenario
  page: string
  number: number
  measure: number
  field: string
  values: number[]
  variable: string
  economies: string[]
}
export type Curve = {
  field: string
  values: number[]
  variable: string
  unit: string
  series: Record<string, (number | null)[]>
  refused: { value: number; message: string }[]
}

export type FriendsRequest = { world: string; country: string; page: string; number: number }
export type Friends = {
  country: string
  unit: string
  note: string
  rows: { country: string; income: number; alignment: number | null }[]
}

export type Reproduced = { command: string; python: string; yaml: string }

export type LinkOpened = { scenario: Scenario; world: string; same_version: boolean; notes: string[] }

export type Run = {
  hash: string
  name: string
  title: string
  world: string
  version: string
  saved: string
  same_version: boolean
}
export type Runs = { runs: Run[] }

export type ExportFormat = 'csv' | 'json' | 'yaml' | 'nc'

export type RefusalKind =
  | 'input'
  | 'unknown_name'
  | 'no_equilibrium'
  | 'not_converged'
  | 'superseded'
  | 'busy'
  | 'too_slow'
  | 'too_large'
  | 'forbidden'
  | 'warming'
  | 'fault'
  // The last two are the page's own: no answer came, or one that nobody can read.
  | 'offline'
  | 'unreadable'

export type Problem = { line: number; column: number; message: string }
export type RefusalData = {
  kind: RefusalKind
  message: string
  nearest: string[]
  closures: string[]
  problems: Problem[]
  /** Which measure is to blame, counted from 1. */
  measure: number | null
}

// What a person looks at. Views read it and ask for changes of it.
/** `economy` is a country, a group or the world; `country` the last country, for views that know no others. */
export type Selection = {
  economy: string
  country: string
  variable: string
  sector: string
  fuel: string
  view: string
}
export type Select = (change: Partial<Selection>) => void
export type ViewProperties = { response: SolveResponse; world: World; selection: Selection; select: Select }
