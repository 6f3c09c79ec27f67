// Hides the drawing component's own toolbar, which may appear in the page after this part.

import { hideToolbar } from "../shared/drawable_canvas.js"

const TIMEOUT_MS = 10000

export default function () {
  const deadline = performance.now() + TIMEOUT_MS
  let frame = 0
  const look = () => {
    if (!hideToolbar() && performance.now() < deadline) frame = requestAnimationFrame(look)
  }
  look()
  return () => cancelAnimationFrame(frame)
}
