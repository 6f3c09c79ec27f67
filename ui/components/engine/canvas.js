// The drawing while it is painted. The canvas component tells Python only after pen-up, but it stands in the same page:
// its two canvas elements, finished strokes below and the present one above, lie in an open shadow root.

const CANVAS_CONTAINER = ".st-key-canvas"

function findCanvases() {
  const roots = Array.from(document.querySelectorAll(`${CANVAS_CONTAINER} *`), (element) => element.shadowRoot)
  const root = roots.find((candidate) => candidate?.querySelector("canvas.upper-canvas"))
  return root ? Array.from(root.querySelectorAll("canvas.lower-canvas, canvas.upper-canvas")) : []
}

let copy = null

// { rgba, width, height } of what is on the canvas now; null where there is none, or another version of the component
// does not let it be read: then everything waits for Python's answer.
function readCanvas() {
  try {
    return copyCanvas(findCanvases())
  } catch {
    return null
  }
}

function copyCanvas(canvases) {
  if (!canvases.length) return null
  const box = canvases[0].getBoundingClientRect()
  const [width, height] = [Math.round(box.width), Math.round(box.height)] // CSS pixels, as Python gets them
  if (!width || !height) return null
  copy ??= document.createElement("canvas").getContext("2d", { willReadFrequently: true })
  if (copy.canvas.width !== width || copy.canvas.height !== height) Object.assign(copy.canvas, { width, height })
  copy.fillStyle = "#000"
  copy.fillRect(0, 0, width, height)
  canvases.forEach((canvas) => copy.drawImage(canvas, 0, 0, width, height))
  return { rgba: copy.getImageData(0, 0, width, height).data, width, height }
}

const LATE_FRAMES = 2 // at pen-up the stroke moves from the upper canvas to the lower

// Calls `onInk` in every animation frame in which the pen may have painted. The page is watched once, for good: the
// canvas comes and goes with the pages.
function watchPen(onInk) {
  let frames = 0
  let pending = 0
  const tick = () => {
    pending = 0
    frames -= 1
    onInk()
    if (frames > 0) pending = requestAnimationFrame(tick)
  }
  const paint = (count) => {
    frames = Math.max(frames, count)
    pending ||= requestAnimationFrame(tick)
  }
  const onCanvas = (event) => event.composedPath().some((part) => part.classList?.contains("upper-canvas"))
  const down = (event) => {
    if (event.isPrimary === false || !onCanvas(event)) return
    lab.penDown = true
    paint(1)
  }
  const move = () => lab.penDown && paint(1)
  const up = () => {
    if (!lab.penDown) return
    lab.penDown = false
    lab.penUp = performance.now()
    paint(LATE_FRAMES)
  }
  const listen = (type, listener) => document.addEventListener(type, listener, { capture: true, passive: true })
  listen("pointerdown", down)
  listen("pointermove", move)
  listen("pointerup", up)
  listen("pointercancel", up)
}
