import type { Geometry } from 'geojson'
import { feature } from 'topojson-client'
import type { GeometryCollection, Topology } from 'topojson-specification'
import { equalEarth, type Point } from './projection'
import text from './world.json?raw'

type Properties = { code: string | null }
type Economies = GeometryCollection<Properties>
export type Shape = { code: string | null; polygons: Point[][][] }

const topology = JSON.parse(text) as Topology<{ economies: Economies; markers: Economies }>

/** The map is centred on 11 degrees east, so that its edge runs through the Bering Strait and cuts no land. */
const centre = 11

/** A ring without the jump from 180 to -180 degrees, within half a turn of the centre. */
function unwrapped(ring: Point[]): Point[] {
  let former = ring[0]?.[0] ?? 0
  const joined = ring.map(([longitude, latitude]): Point => {
    former = longitude + 360 * Math.round((former - longitude) / 360)
    return [former, latitude]
  })
  const middle = joined.reduce((sum, [longitude]) => sum + longitude, 0) / joined.length
  const turns = 360 * Math.round((centre - middle) / 360)
  return joined.map(([longitude, latitude]) => [longitude + turns, latitude])
}

const onMap = ([longitude, latitude]: Point): Point => equalEarth([longitude - centre, latitude])

function polygonsOf(geometry: Geometry): Point[][][] {
  if (geometry.type === 'Polygon') return [geometry.coordinates as Point[][]]
  return geometry.type === 'MultiPolygon' ? (geometry.coordinates as Point[][][]) : []
}

/** Every shape in degrees; those without a code belong to nobody's statistics. */
export const shapes: Shape[] = feature(topology, topology.objects.economies).features.map(
  ({ properties, geometry }) => ({
    code: properties.code,
    polygons: polygonsOf(geometry).map((rings) => rings.map(unwrapped)),
  }),
)

/** Where the economies lie that are too small to be seen, in degrees. */
export const markers: Map<string, Point> = new Map(
  feature(topology, topology.objects.markers).features.flatMap(({ properties, geometry }) =>
    properties.code && geometry.type === 'Point' ? [[properties.code, geometry.coordinates as Point]] : [],
  ),
)

export const shapeCodes: Set<string> = new Set([...shapes.flatMap(({ code }) => code ?? []), ...markers.keys()])

type Box = { left: number; top: number; width: number; height: number }

/** What the shapes fill on the plane of the map, y upwards. */
const box: Box = (() => {
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity]
  for (const [x, y] of shapes.flatMap(({ polygons }) => polygons.flat(2).map(onMap))) {
    left = Math.min(left, x)
    right = Math.max(right, x)
    bottom = Math.min(bottom, y)
    top = Math.max(top, y)
  }
  return { left, top, width: right - left, height: top - bottom }
})()

/** How high the map is beside its width. */
export const proportion: number = box.height / box.width

/** A point of the map's plane in pixels of a map so wide. */
function inPixels([x, y]: Point, width: number): Point {
  const scale = width / box.width
  return [Math.round((x - box.left) * scale * 10) / 10, Math.round((box.top - y) * scale * 10) / 10]
}

/** Where the small economies lie, in pixels of a map so wide. */
export function markersAt(width: number): Map<string, Point> {
  return new Map([...markers].map(([code, place]) => [code, inPixels(onMap(place), width)]))
}

const smallestStep = 0.9

/** Points that can be told apart on a screen: the map is painted anew for every answer. */
function apart(points: Point[]): Point[] {
  const kept: Point[] = []
  for (const [x, y] of points) {
    const last = kept.at(-1)
    if (!last || Math.hypot(x - last[0], y - last[1]) >= smallestStep) kept.push([x, y])
  }
  return kept.length > 2 ? kept : points
}

const drawn = new Map<number, string[]>()

/** The outline of each of `shapes` as an SVG path, in pixels of a map so wide. */
export function pathsAt(width: number): string[] {
  const known = drawn.get(width)
  if (known) return known
  const ring = (points: Point[]) => {
    const seen = apart(points.map((point) => inPixels(onMap(point), width)))
    return `M${seen.map((point) => point.join(' ')).join('L')}Z`
  }
  const made = shapes.map(({ polygons }) => polygons.flat().map(ring).join(''))
  drawn.set(width, made)
  return made
}
