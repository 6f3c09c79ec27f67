import assert from "node:assert/strict"
import { test } from "node:test"
import { preprocess } from "../../../ui/components/browser/engine/preprocess.js"
import { unpacked } from "../../../ui/components/browser/shared/packing.js"
import { assertClose, inflated, rgbaOf, vectors } from "../vectors.js"

test("a drawing becomes the picture that Python makes of it, with every choice of steps", () => {
  let blanks = 0
  for (const { picture, steps, image } of vectors("pictures")) {
    const expected = unpacked(image)
    const found = preprocess(rgbaOf(inflated(picture)), 320, 320, steps)
    assertClose(found.image, expected, 1e-5, JSON.stringify(steps))
    assert.equal(found.blank, !expected.some(Boolean))
    blanks += Number(found.blank)
  }
  assert.equal(blanks, 24)
})
