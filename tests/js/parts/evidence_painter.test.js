import assert from "node:assert/strict"
import { test } from "node:test"
import { Fields, hasInk } from "../../../ui/components/browser/evidence_painter/fields.js"

test("a fast stroke has no gaps, and erasing removes it", () => {
  const fields = new Fields(4)
  fields.setLine([0, 0], [3, 3], true)
  assert.equal(String(fields), "1000010000100001")
  fields.setLine([0, 0], [3, 3], false)
  assert.equal(fields.size, 0)
})

test("a field has ink if one of its pixels has", () => {
  const pixels = new Uint8Array(16)
  pixels[5] = 200
  assert.equal(hasInk(pixels, 4, 2, [0, 0]), true)
  assert.equal(hasInk(pixels, 4, 2, [1, 0]), false)
})
