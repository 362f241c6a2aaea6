/** Whether the view of settlement shows the world or the selected economy: the server is asked for one of them. */
export const settlementOfWorld = $state({ chosen: true })
