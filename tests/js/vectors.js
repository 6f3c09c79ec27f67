// What tests/js/write_vectors.py has computed.

import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { inflateSync } from "node:zlib"
import { bytesOf } from "../../ui/components/browser/shared/packing.js"

const FOLDER = process.env.DIGIT_LAB_VECTORS ?? ".cache/js"

/** @typedef {{ layer: string, y: number, x: number, top: number, left: number, height: number, width: number }} Field */
/** @typedef {{ name: string, file: string, image: string, layers: { name: string, values: string }[],
 *   probabilities: number[], fields: Field[] }} NetworkVector */

/** @param {string} name - of a file of JSON */
export function vectors(name) {
  return JSON.parse(readFileSync(`${FOLDER}/${name}.json`, "utf8"))
}

/** The bytes of a zlib stream in base64.
 * @param {string} text */
export const inflated = (text) => new Uint8Array(inflateSync(bytesOf(text)))

/** A grey picture as the canvas has it: four bytes for each pixel.
 * @param {Uint8Array} grey */
export function rgbaOf(grey) {
  const rgba = new Uint8ClampedArray(4 * grey.length)
  grey.forEach((value, at) => {
    rgba.fill(value, 4 * at, 4 * at + 3)
    rgba[4 * at + 3] = 255
  })
  return rgba
}

/** Fails if a number differs from the expected one by more than the tolerance.
 * @param {ArrayLike<number>} found
 * @param {ArrayLike<number>} expected
 * @param {number} tolerance
 * @param {string} [message] */
export function assertClose(found, expected, tolerance, message = "") {
  assert.equal(found.length, expected.length, message)
  for (let at = 0; at < expected.length; at++) {
    const near = Math.abs(found[at] - expected[at]) <= tolerance
    assert.ok(near, `${message} number ${at}: ${found[at]} is not ${expected[at]} within ${tolerance}`)
  }
}
