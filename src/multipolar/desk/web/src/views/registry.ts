// The views of an answer, in the order of their tabs.
import type { Component } from 'svelte'
import type { Asked, Selection, ViewProperties, World } from '../api/types'
import type { MessageKey } from '../i18n'
import { session } from '../state/session.svelte'
import BarsView from './BarsView.svelte'
import ControlledView from './ControlledView.svelte'
import CurveView from './CurveView.svelte'
import FlowsView from './FlowsView.svelte'
import FriendsView from './FriendsView.svelte'
import FuelsView from './FuelsView.svelte'
import MapView from './MapView.svelte'
import MatrixView from './MatrixView.svelte'
import { settlementOfWorld } from './scope.svelte'
import SectorsView from './SectorsView.svelte'
import SettlementView from './SettlementView.svelte'
import { needsTrade } from './values'
import WarView from './WarView.svelte'
import WaterfallView from './WaterfallView.svelte'

export type View = {
  key: string
  title: MessageKey
  component: Component<ViewProperties>
  /** What the view needs of the server beyond the results by country. */
  asks: (selection: Selection) => Asked
}

const byCountry = ({ variable }: Selection): Asked => (needsTrade(variable) ? { trade: { sector: 'all' } } : {})
/** A world that lacks what a view shows would refuse the whole question. */
const has = (what: (world: World) => boolean): boolean => session.world !== undefined && what(session.world)
const trade = ({ sector }: Selection): Asked => ({ trade: { sector: sector || 'all' } })

export const views: View[] = [
  { key: 'map', title: 'view.map', component: MapView, asks: byCountry },
  { key: 'bars', title: 'view.bars', component: BarsView, asks: byCountry },
  {
    key: 'waterfall',
    title: 'view.waterfall',
    component: WaterfallView,
    asks: ({ economy }) => ({ decomposition: { economy } }),
  },
  { key: 'trade', title: 'view.matrix', component: MatrixView, asks: trade },
  { key: 'flows', title: 'view.flows', component: FlowsView, asks: trade },
  {
    key: 'sectors',
    title: 'view.sectors',
    component: SectorsView,
    asks: ({ country }) => ({ sectors: { country } }),
  },
  {
    key: 'settlement',
    title: 'view.settlement',
    component: SettlementView,
    asks: ({ country }) =>
      has(({ rails }) => rails.length > 0)
        ? { settlement: { country: settlementOfWorld.chosen ? null : country } }
        : {},
  },
  { key: 'fuels', title: 'view.fuels', component: FuelsView, asks: ({ fuel }) => (fuel ? { fuels: { fuel } } : {}) },
  { key: 'controlled', title: 'view.controlled', component: ControlledView, asks: () => ({ controlled: {} }) },
  {
    key: 'war',
    title: 'view.war',
    component: WarView,
    asks: () => (has((world) => world.has_military) ? { war: {} } : {}),
  },
  { key: 'curve', title: 'view.curve', component: CurveView, asks: () => ({}) },
  { key: 'friends', title: 'view.friends', component: FriendsView, asks: () => ({}) },
]
