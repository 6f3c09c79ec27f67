// Paints the pixels of a picture, and writes their numbers.

/** @import { Picture } from "./tile.js" */

import { make } from "../shared/dom.js"
import { bytesOf } from "../shared/packing.js"
import { contextOf } from "../shared/paint.js"
import { cssColors, SHADES } from "../shared/palette.js"
import { place } from "./tile.js"

const TEXT = { dark: "#0b0f16", light: "#ffffff", threshold: 130 }

/** One byte per pixel.
 * @param {string} text - a zlib stream in base64 */
export async function unzipped(text) {
  const stream = new Blob([bytesOf(text)]).stream().pipeThrough(new DecompressionStream("deflate"))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

/** How much a number's shade covers the picture below it: zero does not, numbers from half of the scale on do fully.
 * @param {number} shade */
const cover = (shade) => Math.min(1, Math.abs(shade - (SHADES - 1) / 2) / ((SHADES - 1) / 4)) ** 0.7

/** Signed numbers over a faint picture, which is drawn in the text's colour on the shade of zero.
 * @param {ImageData} image
 * @param {Uint8Array} bytes
 * @param {Uint8Array} under
 * @param {Uint32Array} shades
 * @param {number[]} textColor - red, green, blue */
function blend(image, bytes, under, shades, textColor) {
  const scale = new Uint8ClampedArray(shades.buffer)
  const zero = 4 * ((SHADES - 1) / 2)
  bytes.forEach((shade, at) => {
    const share = cover(shade)
    const ink = 0.4 * (under[at] / 255)
    for (let channel = 0; channel < 3; channel++) {
      const paper = scale[zero + channel]
      const below = paper + ink * (textColor[channel] - paper)
      image.data[4 * at + channel] = below + share * (scale[4 * shade + channel] - below)
    }
    image.data[4 * at + 3] = 255
  })
}

/** @param {HTMLCanvasElement} canvas
 * @param {Picture} picture
 * @param {Uint8Array} bytes
 * @param {Uint8Array | null} under
 * @param {Uint32Array} shades
 * @param {number[]} textColor */
export function paintPixels(canvas, { width, height, signed }, bytes, under, shades, textColor) {
  canvas.width = width
  canvas.height = height
  const context = contextOf(canvas)
  const image = context.createImageData(width, height)
  if (signed && under) blend(image, bytes, under, shades, textColor)
  else {
    const colors = new Uint32Array(image.data.buffer)
    bytes.forEach((value, at) => {
      colors[at] = signed ? shades[value] : 0xff000000 | (value * 0x010101)
    })
  }
  context.putImageData(image, 0, 0)
}

/** Writes the value of each pixel on it.
 * @param {HTMLElement} numbers
 * @param {Picture} picture
 * @param {Uint8Array} bytes
 * @param {Uint32Array} shades */
export function writeNumbers(numbers, picture, bytes, shades) {
  numbers.replaceChildren()
  if (picture.numbers === null) return
  place(numbers, picture, 0, 0, picture.width, picture.height)
  numbers.style.setProperty("--columns", String(picture.width))
  picture.numbers.forEach((text, at) => {
    const number = make("span", "", text)
    number.style.color = cssColors(shades[bytes[at]], TEXT)[1]
    numbers.append(number)
  })
}
