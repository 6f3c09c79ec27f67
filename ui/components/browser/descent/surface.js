// The loss surface as a map: shades and contour lines.

/** @import { Point, Term } from "./optimizers.js" */

import { contextOf } from "../shared/paint.js"
import { channelsOf, themeColors } from "../shared/palette.js"
import { lossAt } from "./optimizers.js"

export const SCALE = 100 // units of the drawing for one unit of a parameter
const COLUMNS = 180
const LEVELS = 14

/** How high the surface is at points of a grid: 0 at its lowest point, 1 at its highest.
 * @typedef {{ columns: number, rows: number, values: Float64Array }} Heights */

/** The map goes from -width to width and from -height to height. The square root puts more contour lines near the bottom.
 * @param {Term[]} terms
 * @param {number} width
 * @param {number} height
 * @returns {Heights} */
export function heightsOf(terms, width, height) {
  const columns = COLUMNS
  const rows = Math.round((columns * height) / width)
  const losses = Float64Array.from({ length: (columns + 1) * (rows + 1) }, (_none, at) => {
    const [row, column] = [Math.floor(at / (columns + 1)), at % (columns + 1)]
    return lossAt(terms, [width * ((2 * column) / columns - 1), height * (1 - (2 * row) / rows)])
  })
  const least = losses.reduce((low, value) => Math.min(low, value), Infinity)
  const most = losses.reduce((high, value) => Math.max(high, value), -Infinity)
  return { columns, rows, values: losses.map((value) => Math.sqrt((value - least) / (most - least))) }
}

/** Shades from the background's colour at the top to the theme's primary colour at the bottom.
 * @param {HTMLCanvasElement} canvas
 * @param {Heights} heights */
export function paintShades(canvas, { columns, rows, values }) {
  canvas.width = columns
  canvas.height = rows
  const style = getComputedStyle(canvas)
  const high = channelsOf(themeColors(style, "--st-background-color")[0] ?? "#ffffff")
  const low = channelsOf(themeColors(style, "--st-primary-color")[0] ?? "#2257d6")
  const context = contextOf(canvas)
  const image = context.createImageData(columns, rows)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const share = 0.5 * (1 - values[row * (columns + 1) + column])
      const at = 4 * (row * columns + column)
      for (let channel = 0; channel < 3; channel++) {
        image.data[at + channel] = high[channel] + share * (low[channel] - high[channel])
      }
      image.data[at + 3] = 255
    }
  }
  context.putImageData(image, 0, 0)
}

/** Lines of equal loss as an SVG path, by marching squares: in each cell a line joins the points of the edges that a
 * level crosses.
 * @param {Heights} heights
 * @param {number} width
 * @param {number} height */
export function contourPath({ columns, rows, values }, width, height) {
  const [wide, high] = [(2 * width * SCALE) / columns, (2 * height * SCALE) / rows]
  const corners = [
    [0, 0],
    [2, 0],
    [2, 2],
    [0, 2],
  ]
  /** @type {string[]} */
  const parts = []
  for (let number = 1; number < LEVELS; number++) {
    const level = number / LEVELS
    for (let row = 0; row < rows; row += 2) {
      for (let column = 0; column < columns; column += 2) {
        const cell = corners.map(([x, y]) => {
          const value = values[Math.min(rows, row + y) * (columns + 1) + Math.min(columns, column + x)]
          return { x: column + x, y: row + y, value }
        })
        const crossed = cell.flatMap((from, corner) => {
          const to = cell[(corner + 1) % 4]
          if (from.value < level === to.value < level) return []
          const share = (level - from.value) / (to.value - from.value)
          const [x, y] = [from.x + share * (to.x - from.x), from.y + share * (to.y - from.y)]
          return [`${(x * wide).toFixed(1)} ${(y * high).toFixed(1)}`]
        })
        for (let at = 0; at + 1 < crossed.length; at += 2) parts.push(`M${crossed[at]}L${crossed[at + 1]}`)
      }
    }
  }
  return parts.join("")
}

/** Where a point is in the drawing: SCALE units for one unit of a parameter, from the upper left corner.
 * @param {{ width: number, height: number }} size
 * @param {Point} point */
export const onMap = ({ width, height }, [x, y]) => [(x + width) * SCALE, (height - y) * SCALE]
