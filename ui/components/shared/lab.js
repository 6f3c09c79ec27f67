// What the parts of a page share in the browser. Each part is a module of its own, so this hangs on the page itself.
//
//   network    the chosen network, set by the engine; null before it has arrived
//   reading    Python's latest picture { image, blank, steps }, set by the part `reading`; null on pages without one
//   frame      what is shown now { image, blank, live, probabilities, winner }; live: painted while the pen moved
//   penDown    whether the pen is painting; penUp: when it was lifted last, by performance.now()
//   listeners  functions called without arguments after any of these has changed
//   timings    milliseconds that the last frames with the pen down took on this thread, the newest last
const lab = (globalThis.digitLab ??= {
  network: null,
  reading: null,
  frame: null,
  penDown: false,
  penUp: 0,
  listeners: new Set(),
  timings: [],
})

function publish() {
  lab.listeners.forEach((listener) => listener())
}

// Has `listener` called after every change; returns the function that ends it.
function subscribe(listener) {
  lab.listeners.add(listener)
  return () => lab.listeners.delete(listener)
}
