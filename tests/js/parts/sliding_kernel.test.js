import assert from "node:assert/strict"
import { test } from "node:test"
import { sumOf } from "../../../ui/components/browser/shared/numbers.js"
import { unpacked } from "../../../ui/components/browser/shared/packing.js"
import { samePart, windowAt } from "../../../ui/components/browser/sliding_kernel/convolve.js"
import { assertClose, vectors } from "../vectors.js"

const convolutions = vectors("convolution").map((/** @type {any} */ vector) => {
  const [height, width] = vector.size
  const [rows, columns] = vector.places
  const numbers = {
    picture: unpacked(vector.picture),
    kernel: unpacked(vector.kernel),
    output: unpacked(vector.output),
  }
  return { ...vector, ...numbers, height, width, rows, columns, side: 3 }
})

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
  const padded = convolutions.find((/** @type {any} */ { stride, padding }) => stride === 1 && padding === 1)
  const { outside, patch } = windowAt(padded, { row: 0, column: 0 })
  assert.deepEqual(outside, [true, true, true, true, false, false, true, false, false])
  assert.equal(patch[0], 0)
  assert.equal(patch[4], padded.picture[0])
})

test("the window stays on its part of the picture when the padding changes", () => {
  const [plain, padded] = [0, 1].map((padding) =>
    convolutions.find((/** @type {any} */ each) => each.stride === 1 && each.padding === padding),
  )
  assert.deepEqual(samePart(plain, padded, { row: 2, column: 3 }), { row: 3, column: 4 })
})
