import assert from "node:assert/strict"
import { test } from "node:test"
import { indexOfLargest, percent, signed } from "../../../ui/components/browser/shared/numbers.js"
import { vectors } from "../vectors.js"

test("percentages are written as Python writes them", () => {
  for (const { share, digits, text } of vectors("percent")) assert.equal(percent(share, digits), text)
})

test("a negative number has a true minus sign, and no sign if it rounds to zero", () => {
  assert.equal(signed(-1.25, 2), "−1.25")
  assert.equal(signed(-0.001, 2), "0.00")
  assert.equal(signed(-0, 0), "0")
  assert.equal(signed(3, 1), "3.0")
})

test("the first of equal numbers is the largest", () => {
  assert.equal(indexOfLargest([1, 5, 2, 5]), 1)
})
