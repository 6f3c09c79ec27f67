// The numbers under the kernel at one place of the output.

/** @import { ArrayOfNumbers } from "../shared/numbers.js" */

/** @typedef {{ row: number, column: number }} Place */

/** picture: height x width numbers, with `padding` rows and columns of zeros around it. kernel: side x side numbers. output:
 * rows x columns numbers.
 * @typedef {{ picture: ArrayOfNumbers, height: number, width: number, kernel: Float32Array, side: number, stride: number,
 *   padding: number, output: Float32Array, rows: number, columns: number }} Convolution */

/** top, left: of the window, in the picture with its padding. patch, products: side x side numbers. outside: which of them
 * lie in the padding.
 * @param {Convolution} convolution
 * @param {Place} place */
export function windowAt({ picture, height, width, kernel, side, stride, padding }, place) {
  const [top, left] = [place.row * stride, place.column * stride]
  const cells = Array.from(kernel, (_weight, at) => {
    const row = top + Math.floor(at / side) - padding
    const column = left + (at % side) - padding
    const outside = row < 0 || column < 0 || row >= height || column >= width
    return { outside, value: outside ? 0 : picture[row * width + column] }
  })
  const patch = cells.map(({ value }) => value)
  const products = patch.map((value, at) => value * kernel[at])
  return { top, left, patch, products, outside: cells.map((cell) => cell.outside) }
}

/** @typedef {ReturnType<typeof windowAt>} KernelWindow */

/** The place whose window lies on the same part of the picture, after stride, padding or kernel have changed.
 * @param {Convolution} before
 * @param {Convolution} after
 * @param {Place} place */
export function samePart(before, after, { row, column }) {
  const along = (/** @type {number} */ at) => {
    const middle = at * before.stride - before.padding + (before.side - after.side) / 2
    return Math.round((middle + after.padding) / after.stride)
  }
  return { row: along(row), column: along(column) }
}
