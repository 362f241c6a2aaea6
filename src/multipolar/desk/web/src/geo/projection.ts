// Equal Earth (Šavrič, Patterson & Jenny 2018): areas are true, shapes familiar.

export type Point = [number, number]

const [a1, a2, a3, a4] = [1.340264, -0.081106, 0.000893, 0.003796]
const half = Math.sqrt(3) / 2

/** Longitude and latitude in degrees to a plane whose x runs from -270.6 to 270.6. */
export function equalEarth([longitude, latitude]: Point): Point {
  const theta = Math.asin(half * Math.sin((latitude * Math.PI) / 180))
  const square = theta * theta
  const sixth = square ** 3
  const stretch = a1 + 3 * a2 * square + sixth * (7 * a3 + 9 * a4 * square)
  const x = (((longitude * Math.PI) / 180) * Math.cos(theta)) / (half * stretch)
  const y = theta * (a1 + a2 * square + sixth * (a3 + a4 * square))
  return [x * 100, y * 100]
}
