// The graph of an activation function with one point on it.

/** @import { Theme } from "../shared/paint.js" */
/** @import { Section } from "../shared/sections.js" */

import { make, setAttributes } from "../shared/dom.js"
import { _ } from "../shared/language.js"
import { sized } from "../shared/paint.js"

const [WIDTH, HEIGHT] = [220, 110] // CSS pixels

/** @param {number} input
 * @param {(x: number) => number} activate
 * @param {Theme} theme
 * @returns {Section} */
export function activationGraph(input, activate, theme) {
  const reach = Math.max(4, Math.abs(input) * 1.1)
  return {
    key: "curve",
    element() {
      const canvas = make("canvas", "curve")
      setAttributes(canvas, {
        role: "img",
        "aria-label": _("Graph of the activation function with this number marked"),
      })
      return canvas
    },
    /** @param {HTMLCanvasElement} canvas */
    fill(canvas) {
      const context = sized(canvas, WIDTH, HEIGHT)
      const points = Array.from({ length: WIDTH + 1 }, (_none, at) => activate(((2 * at) / WIDTH - 1) * reach))
      const [low, high] = [Math.min(0, ...points), Math.max(0.1, ...points)]
      const up = (/** @type {number} */ value) => HEIGHT - 8 - ((value - low) / (high - low)) * (HEIGHT - 16)
      context.clearRect(0, 0, WIDTH, HEIGHT)
      context.lineWidth = 1
      context.strokeStyle = theme.border
      context.strokeRect(0, up(0), WIDTH, 0)
      context.strokeRect(WIDTH / 2, 0, 0, HEIGHT)
      context.lineWidth = 2
      context.strokeStyle = theme.primary
      context.beginPath()
      for (const [at, value] of points.entries()) context.lineTo(at, up(value))
      context.stroke()
      context.fillStyle = theme.mark
      context.beginPath()
      context.arc((input / reach + 1) * (WIDTH / 2), up(activate(input)), 5, 0, 7)
      context.fill()
    },
  }
}
