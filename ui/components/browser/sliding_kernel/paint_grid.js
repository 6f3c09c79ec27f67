// Paints the picture with the window on it, and the output with the numbers that are filled.

/** @import { Theme } from "../shared/paint.js" */
/** @import { Convolution, KernelWindow, Place } from "./convolve.js" */

import { ink } from "../shared/matrices.js"
import { clamp } from "../shared/numbers.js"
import { sized } from "../shared/paint.js"
import { shadeOf } from "../shared/palette.js"
import { frameOf } from "./geometry.js"

/** image: one pixel per number. edge: the size of the square in CSS pixels. held: the window does not follow the pointer.
 * @typedef {{ canvas: HTMLCanvasElement, image: HTMLCanvasElement, edge: number, theme: Theme, held: boolean }} Grid */

/** The context of the square, with an empty grid in it.
 * @param {Grid} grid
 * @param {number} columns
 * @param {number} rows */
function clear({ canvas, edge, theme }, columns, rows) {
  const frame = frameOf(edge, columns, rows)
  const context = sized(canvas, edge, edge)
  context.clearRect(0, 0, edge, edge)
  context.fillStyle = theme.quiet
  context.fillRect(frame.left, frame.top, columns * frame.cell, rows * frame.cell)
  context.imageSmoothingEnabled = false
  return { context, ...frame }
}

/** limit: the end of the scale of the products.
 * @param {Grid} grid
 * @param {Convolution} convolution
 * @param {KernelWindow} window
 * @param {number} limit */
export function paintPicture(grid, convolution, window, limit) {
  const { height, width, side, padding } = convolution
  const [columns, rows] = [width + 2 * padding, height + 2 * padding]
  const { context, cell, left, top } = clear(grid, columns, rows)
  if (padding) paintCrosses(context, grid.theme, convolution, left, top, cell)
  const start = padding * cell
  context.drawImage(grid.image, left + start, top + start, width * cell, height * cell)
  paintLines(context, left, top, cell, columns, rows)
  window.products.forEach((product, at) => {
    const [column, row] = [window.left + (at % side), window.top + Math.floor(at / side)]
    context.globalAlpha = window.outside[at] ? 0.35 : 0.8
    context.fillStyle = ink(grid.theme, shadeOf(product, limit))[0]
    context.fillRect(left + column * cell, top + row * cell, cell, cell)
  })
  context.globalAlpha = 1
  paintBox(context, grid, left + window.left * cell, top + window.top * cell, side * cell)
}

/** filled: which numbers are shown; null: all.
 * @param {Grid} grid
 * @param {Convolution} convolution
 * @param {Place} place
 * @param {Uint8Array | null} filled */
export function paintOutput(grid, { rows, columns }, place, filled) {
  const { context, cell, left, top } = clear(grid, columns, rows)
  if (!filled) context.drawImage(grid.image, left, top, columns * cell, rows * cell)
  else {
    filled.forEach((on, at) => {
      if (!on) return
      const [row, column] = [Math.floor(at / columns), at % columns]
      context.drawImage(grid.image, column, row, 1, 1, left + column * cell, top + row * cell, cell, cell)
    })
  }
  paintLines(context, left, top, cell, columns, rows)
  paintBox(context, grid, left + place.column * cell, top + place.row * cell, cell)
}

/** A small cross in each cell of the padding, where there is no picture.
 * @param {CanvasRenderingContext2D} context
 * @param {Theme} theme
 * @param {Convolution} convolution
 * @param {number} left
 * @param {number} top
 * @param {number} cell */
function paintCrosses(context, theme, { height, width, padding }, left, top, cell) {
  const arm = Math.min(2.5, cell / 4)
  const inside = (/** @type {number} */ at, /** @type {number} */ size) => at >= padding && at < padding + size
  context.strokeStyle = theme.text
  context.globalAlpha = 0.35
  context.lineWidth = 1
  context.beginPath()
  for (let row = 0; row < height + 2 * padding; row++) {
    for (let column = 0; column < width + 2 * padding; column++) {
      if (inside(row, height) && inside(column, width)) continue
      const [x, y] = [left + (column + 0.5) * cell, top + (row + 0.5) * cell]
      context.moveTo(x - arm, y - arm)
      context.lineTo(x + arm, y + arm)
      context.moveTo(x + arm, y - arm)
      context.lineTo(x - arm, y + arm)
    }
  }
  context.stroke()
  context.globalAlpha = 1
}

/** @param {CanvasRenderingContext2D} context
 * @param {number} left
 * @param {number} top
 * @param {number} cell
 * @param {number} columns
 * @param {number} rows */
function paintLines(context, left, top, cell, columns, rows) {
  context.strokeStyle = "rgb(128 128 128 / 28%)"
  context.lineWidth = 1
  context.beginPath()
  for (let column = 0; column <= columns; column++) {
    context.moveTo(left + column * cell, top)
    context.lineTo(left + column * cell, top + rows * cell)
  }
  for (let row = 0; row <= rows; row++) {
    context.moveTo(left, top + row * cell)
    context.lineTo(left + columns * cell, top + row * cell)
  }
  context.stroke()
}

/** A frame that can be seen on light and dark; dashed while it follows the pointer.
 * @param {CanvasRenderingContext2D} context
 * @param {Grid} grid
 * @param {number} left
 * @param {number} top
 * @param {number} size */
function paintBox(context, { edge, theme, held }, left, top, size) {
  const inside = (/** @type {number} */ place) => clamp(place, 1.5, edge - 1.5) // else the edge cuts the line in half
  const [x, y] = [inside(left), inside(top)]
  const [width, height] = [inside(left + size) - x, inside(top + size) - y]
  context.lineWidth = 5
  context.strokeStyle = theme.background
  context.strokeRect(x, y, width, height)
  context.lineWidth = 3
  context.strokeStyle = theme.mark
  context.setLineDash(held ? [] : [6, 3])
  context.strokeRect(x, y, width, height)
  context.setLineDash([])
}
