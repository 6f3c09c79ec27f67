// Pooling of one map, as PyTorch does it without padding.

/** @import { ArrayOfNumbers } from "../shared/numbers.js" */

/** values: rows x columns numbers, row by row. kind: "max" or "average".
 * @typedef {{ values: ArrayOfNumbers, rows: number, columns: number, kind: string, window: number, stride: number }} PooledMap */

/** The map after pooling, and for each of its numbers the place of the largest number in the window: the first of equal
 * ones.
 * @param {PooledMap} map
 * @returns {{ pooled: Float32Array, winners: Int32Array, height: number, width: number }} */
export function pool({ values, rows, columns, kind, window, stride }) {
  const side = (/** @type {number} */ length) => Math.floor((length - window) / stride) + 1
  const [height, width] = [side(rows), side(columns)]
  const pooled = new Float32Array(height * width)
  const winners = new Int32Array(height * width)
  for (let at = 0; at < pooled.length; at++) {
    const [top, left] = [Math.floor(at / width) * stride, (at % width) * stride]
    let [sum, best] = [0, top * columns + left]
    for (let y = top; y < top + window; y++) {
      for (let x = left; x < left + window; x++) {
        sum += values[y * columns + x]
        if (values[y * columns + x] > values[best]) best = y * columns + x
      }
    }
    winners[at] = best
    pooled[at] = kind === "max" ? values[best] : sum / window ** 2
  }
  return { pooled, winners, height, width }
}
