// The drawing while the pen moves, read from the canvas elements in the page. Python gets it only after pen-up.

let copy = null

// { rgba, width, height } of the drawing now. Null where there is no canvas, or one that cannot be read, as after an
// update of the component: then the page waits for Python's answer.
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

// Calls `onInk` in every animation frame in which the pen may have painted. Its listeners stay for the whole visit,
// because the canvas comes and goes with the pages.
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
  const down = (event) => {
    if (event.isPrimary === false || !isOnCanvas(event)) return
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
