// Paints a map with its numbers, and the marks on it.

/** @import { ArrayOfNumbers } from "../shared/numbers.js" */
/** @import { Theme } from "../shared/paint.js" */

import { frameStrokes, sized } from "../shared/paint.js"

const WRITTEN_CELL = 36 // CSS pixels: in cells of this size there is room for a number

/** Four significant digits, or as many as asked, with a true minus sign.
 * @param {number} value
 * @param {number} [digits] */
export function written(value, digits = 4) {
  return String(Number(value.toPrecision(digits))).replace(/-/g, "−")
}

/** filled: which numbers are shown. colorsOf: the background of a number, and the colour of its text.
 * @typedef {{ values: ArrayOfNumbers, rows: number, columns: number, filled: Uint8Array, cell: number,
 *   colorsOf: (value: number) => [string, string] }} Cells */

/** Returns the context, for marks on the map.
 * @param {HTMLCanvasElement} canvas
 * @param {Cells} cells
 * @param {Theme} theme */
export function paintMap(canvas, { values, rows, columns, filled, cell, colorsOf }, theme) {
  const context = sized(canvas, columns * cell, rows * cell)
  context.clearRect(0, 0, columns * cell, rows * cell)
  context.textAlign = "center"
  context.textBaseline = "middle"
  context.font = `${Math.min(16, cell * 0.32)}px ${theme.font}`
  const numbers = cell >= WRITTEN_CELL
  for (let at = 0; at < values.length; at++) {
    const [x, y] = [(at % columns) * cell, Math.floor(at / columns) * cell]
    const [background, color] = colorsOf(values[at])
    context.fillStyle = filled[at] ? background : theme.quiet
    context.fillRect(x, y, cell, cell)
    if (numbers) {
      context.strokeStyle = theme.border
      context.lineWidth = 1
      context.strokeRect(x + 0.5, y + 0.5, cell - 1, cell - 1)
      context.fillStyle = filled[at] ? color : theme.text
      context.fillText(filled[at] ? written(values[at], 3) : "?", x + cell / 2, y + cell / 2 + 1)
    } else if (!filled[at]) {
      context.fillStyle = theme.border
      context.fillRect(x + cell / 2 - 0.5, y + cell / 2 - 0.5, 1.5, 1.5)
    }
  }
  return context
}

/** @param {CanvasRenderingContext2D} context
 * @param {Theme} theme
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {number} height */
export function paintFrame(context, theme, x, y, width, height) {
  for (const [color, thickness] of frameStrokes(theme)) {
    context.strokeStyle = color
    context.lineWidth = thickness
    context.strokeRect(x + 1.5, y + 1.5, width - 3, height - 3)
  }
}

/** @param {CanvasRenderingContext2D} context
 * @param {Theme} theme
 * @param {number} x
 * @param {number} y
 * @param {number} radius */
export function paintRing(context, theme, x, y, radius) {
  for (const [color, thickness] of frameStrokes(theme)) {
    context.strokeStyle = color
    context.lineWidth = thickness
    context.beginPath()
    context.arc(x, y, radius, 0, 2 * Math.PI)
    context.stroke()
  }
}
