// Where the numbers of the picture and of the output are in their squares.

/** @import { Convolution, Place } from "./convolve.js" */

/** How a grid of numbers lies in the square of a picture.
 * @param {number} edge
 * @param {number} columns
 * @param {number} rows */
export function frameOf(edge, columns, rows) {
  const cell = edge / Math.max(columns, rows)
  return { cell, left: (edge - columns * cell) / 2, top: (edge - rows * cell) / 2 }
}

/** The place whose window has its middle nearest to a point of the picture.
 * @param {Convolution} convolution
 * @param {number} edge
 * @param {number} x - as a share of the square's width
 * @param {number} y
 * @returns {Place} - it may lie outside the output */
export function placeUnder({ width, height, padding, stride, side }, edge, x, y) {
  const { cell, left, top } = frameOf(edge, width + 2 * padding, height + 2 * padding)
  const along = (/** @type {number} */ share, /** @type {number} */ start) =>
    Math.round(((share * edge - start) / cell - side / 2) / stride)
  return { row: along(y, top), column: along(x, left) }
}

/** The place at a point of the output.
 * @param {Convolution} convolution
 * @param {number} edge
 * @param {number} x - as a share of the square's width
 * @param {number} y
 * @returns {Place} - it may lie outside the output */
export function placeAt({ columns, rows }, edge, x, y) {
  const { cell, left, top } = frameOf(edge, columns, rows)
  return { row: Math.floor((y * edge - top) / cell), column: Math.floor((x * edge - left) / cell) }
}
