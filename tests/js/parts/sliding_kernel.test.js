import assert from "node:assert/strict"
import { test } from "node:test"
import { sumOf } from "../../../ui/components/browser/shared/numbers.js"
import { unpacked } from "../../../ui/components/browser/shared/packing.js"
import { samePart, windowAt } from "../../../ui/components/browser/sliding_kernel/convolve.js"
import { assertClose, vectors } from "../vectors.js"

/** @typedef {{ picture: string, size: [number, number], kernel: string, stride: number, padding: number, output: string,
 *   places: [number, number] }} Vector */

const convolutions = vectors("convolution").map((/** @type {Vector} */ vector) => {
  const { picture, kernel, output, stride, padding } = vector
  const [[height, width], [rows, columns]] = [vector.size, vector.places]
  const numbers = { picture: unpacked(picture), kernel: unpacked(kernel), output: unpacked(output) }
  return { ...numbers, stride, padding, height, width, rows, columns, side: 3 }
})

/** @param {number} padding */
const withPadding = (padding) =>
  convolutions.find((/** @type {Vector} */ each) => each.stride === 1 && each.padding === padding)

test("the products under the window add up to PyTorch's output, with every stride and padding", () => {
  for (const convolution of convolutions) {
    const { output, columns } = convolution
    const sums = Array.from(output, (_value, at) => {
      return sumOf(windowAt(convolution, { row: Math.floor(at / columns), column: at % columns }).products)
    })
    assertClose(sums, output, 1e-5)
  }
})

test("the padding has zeros", () => {
  const padded = withPadding(1)
  const { outside, patch } = windowAt(padded, { row: 0, column: 0 })
  assert.deepEqual(outside, [true, true, true, true, false, false, true, false, false])
  assert.equal(patch[0], 0)
  assert.equal(patch[4], padded.picture[0])
})

test("the window stays on its part of the picture when the padding changes", () => {
  const [plain, padded] = [withPadding(0), withPadding(1)]
  assert.deepEqual(samePart(plain, padded, { row: 2, column: 3 }), { row: 3, column: 4 })
})
