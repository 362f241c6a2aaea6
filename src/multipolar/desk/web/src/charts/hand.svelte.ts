// Whether a hand moves a slider now: charts then neither animate nor shrink their scales.

const state = $state({ moving: false })

export function moving(): boolean {
  return state.moving
}

function slider(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement && target.type === 'range'
}

if (typeof document !== 'undefined') {
  document.addEventListener('pointerdown', (event) => {
    if (slider(event.target)) state.moving = true
  })
  for (const end of ['pointerup', 'pointercancel'] as const) {
    document.addEventListener(end, () => {
      state.moving = false
    })
  }
  document.addEventListener('keydown', (event) => {
    if (slider(event.target) && event.repeat) state.moving = true
  })
  document.addEventListener('keyup', () => {
    state.moving = false
  })
}
