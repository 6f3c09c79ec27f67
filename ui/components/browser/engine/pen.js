// Follows the pen on the canvas. The canvas component sends its drawing to Python only after pen-up.

import { isOnCanvas } from "../shared/drawable_canvas.js"
import { pageState } from "../shared/page_state.js"

const LATE_FRAMES = 2 // after pen-up the canvas needs a frame to move the stroke to the lower canvas

let watched = false

/** Calls `onInk` in every animation frame in which the pen may have painted. Only the first call has an effect: the
 * listeners stay on the document, while each page makes and removes its own canvas.
 * @param {() => void} onInk */
export function watchPen(onInk) {
  if (watched) return
  watched = true
  let frames = 0
  let waiting = false
  const wait = () => {
    waiting = true
    requestAnimationFrame(tick)
  }
  const tick = () => {
    waiting = false
    frames -= 1
    onInk()
    if (frames > 0 && !waiting) wait()
  }
  const paint = (/** @type {number} */ count) => {
    frames = Math.max(frames, count)
    if (!waiting) wait()
  }
  const down = (/** @type {PointerEvent} */ event) => {
    if (event.isPrimary === false || !isOnCanvas(event)) return
    pageState.penDown = true
    paint(1)
  }
  const move = () => {
    if (pageState.penDown) paint(1)
  }
  const up = () => {
    if (!pageState.penDown) return
    pageState.penDown = false
    pageState.penUp = performance.now()
    paint(LATE_FRAMES)
  }
  const options = { capture: true, passive: true }
  document.addEventListener("pointerdown", down, options)
  document.addEventListener("pointermove", move, options)
  document.addEventListener("pointerup", up, options)
  document.addEventListener("pointercancel", up, options)
}
