import assert from "node:assert/strict"
import { test } from "node:test"
import { cssColors, greyPixel, SHADES, shadeOf, shadesBetween } from "../../../ui/components/browser/shared/palette.js"

test("the scale goes through its colours in equal steps, with zero in the middle", () => {
  const shades = shadesBetween(["#1747b5", "#ffffff", "#c04a00"])
  assert.equal(shades.length, SHADES)
  assert.equal(cssColors(shades[0])[0], "rgb(23 71 181)")
  assert.equal(cssColors(shades[shadeOf(0, 3)])[0], "rgb(255 255 255)")
  assert.equal(cssColors(shades[SHADES - 1])[0], "rgb(192 74 0)")
})

test("numbers outside the scale get the colours of its ends", () => {
  assert.equal(shadeOf(9, 3), SHADES - 1)
  assert.equal(shadeOf(-9, 3), 0)
  assert.equal(shadeOf(1, 0), (SHADES - 1) / 2)
})

test("text is dark on light colours and light on dark ones", () => {
  assert.deepEqual(cssColors(greyPixel(1)), ["rgb(255 255 255)", "#000"])
  assert.deepEqual(cssColors(greyPixel(0)), ["rgb(0 0 0)", "#fff"])
})
