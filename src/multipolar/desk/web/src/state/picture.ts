import { tick } from 'svelte'

export type Timing = {
  lastPictureMilliseconds: number | null
  lastServerMilliseconds: number | null
  pictures: number
  number: number
}

declare global {
  interface Window {
    /** For benchmarks: how long the last picture took, from the hand to the painted frame. */
    __desk: Timing
  }
}

/** Calls back when everything drawn so far is on the screen. */
export async function painted(): Promise<void> {
  await tick()
  await new Promise<void>((resolve) => {
    requestAnimationFrame(() => {
      // A message is delivered after the frame that this callback belongs to was painted.
      const channel = new MessageChannel()
      channel.port1.onmessage = () => {
        channel.port1.close()
        resolve()
      }
      channel.port2.postMessage(null)
    })
  })
}
