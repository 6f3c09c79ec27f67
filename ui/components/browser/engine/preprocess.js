// model/data/preprocess.py for what a canvas holds: the same steps, so that Python and the browser see the same picture.

/** Which steps are on, as in model/data/preprocess.py.
 * @typedef {{ crop: boolean, fit: boolean, center: boolean }} Steps */
/** @typedef {{ top: number, left: number, height: number, width: number }} Box */

import { clamp } from "../shared/numbers.js"

export const IMAGE_SIZE = 28
const BOX_SIZE = 20
const INK_THRESHOLD = 0.1

/** @param {ArrayLike<number>} rgba - the bytes of an opaque picture, four for each pixel
 * @param {number} width
 * @param {number} height
 * @param {Steps} steps
 * @returns {{ image: Float32Array, blank: boolean }} - 784 numbers in [0, 1]; blank: there is no ink */
export function preprocess(rgba, width, height, steps) {
  const ink = findInk(rgba, width, height)
  const found = inkBox(ink, width, height)
  if (found === null) return { image: new Float32Array(IMAGE_SIZE * IMAGE_SIZE), blank: true }
  const box = steps.crop ? found : { top: 0, left: 0, height, width }
  const longest = Math.max(box.height, box.width)
  const inner = steps.fit ? BOX_SIZE : IMAGE_SIZE
  const size = steps.fit ? [(BOX_SIZE * box.height) / longest, (BOX_SIZE * box.width) / longest] : [inner, inner]
  let shift = [0, 0]
  if (steps.center) shift = shiftToCenter(resample(ink, width, box, size, inner, shift), inner, size)
  return { image: resample(ink, width, box, size, IMAGE_SIZE, shift), blank: false }
}

/** How much ink each pixel has, from 0 to 1. The paper's shade, the median of the border, becomes 0.
 * @param {ArrayLike<number>} rgba
 * @param {number} width
 * @param {number} height */
function findInk(rgba, width, height) {
  const grey = new Float32Array(width * height)
  for (let at = 0, from = 0; at < grey.length; at++, from += 4) {
    // ITU-R BT.601, as in Python
    grey[at] = (0.299 * rgba[from] + 0.587 * rgba[from + 1] + 0.114 * rgba[from + 2]) / 255
  }
  let paper = borderMedian(grey, width, height)
  let above = 0
  let below = 0
  for (const value of grey) {
    if (value > paper) above += value - paper
    else below += paper - value
  }
  if (below > above) {
    for (let at = 0; at < grey.length; at++) grey[at] = 1 - grey[at]
    paper = 1 - paper
  }
  if (paper === 1) return grey.fill(0)
  if (paper !== 0) for (let at = 0; at < grey.length; at++) grey[at] = Math.max(0, (grey[at] - paper) / (1 - paper))
  return grey
}

/** @param {Float32Array} grey
 * @param {number} width
 * @param {number} height */
function borderMedian(grey, width, height) {
  const border = [...grey.subarray(0, width), ...grey.subarray((height - 1) * width)]
  for (let y = 0; y < height; y++) border.push(grey[y * width], grey[y * width + width - 1])
  border.sort((a, b) => a - b)
  const middle = border.length / 2
  return (border[Math.ceil(middle) - 1] + border[Math.floor(middle)]) / 2
}

/** The smallest box with all the ink; null without ink.
 * @param {Float32Array} ink
 * @param {number} width
 * @param {number} height
 * @returns {Box | null} */
function inkBox(ink, width, height) {
  let [top, bottom, left, right] = [height, -1, width, -1]
  for (let y = 0; y < height; y++) {
    const row = y * width
    for (let x = 0; x < width; x++) {
      if (ink[row + x] <= INK_THRESHOLD) continue
      if (y < top) top = y
      bottom = y
      if (x < left) left = x
      if (x > right) right = x
    }
  }
  return bottom < 0 ? null : { top, left, height: bottom - top + 1, width: right - left + 1 }
}

/** Which pixels of a row of `source` pixels go into each of `side` pixels: the first one, and the weights from there on.
 * The weights form a triangle whose width is the reduction.
 * @param {number} source
 * @param {number} size - how many of the `side` pixels the row covers
 * @param {number} side
 * @param {number} shift
 * @returns {[number, Float32Array][]} */
function triangles(source, size, side, shift) {
  const scale = source / size
  const start = (side - size) / 2 + shift
  const support = Math.max(scale, 1)
  return Array.from({ length: side }, (_, pixel) => {
    const center = (pixel + 0.5 - start) * scale
    const first = Math.max(0, Math.floor(center - support - 0.5))
    const last = Math.min(source - 1, Math.ceil(center + support - 0.5))
    const weights = new Float32Array(Math.max(0, last - first + 1))
    for (let at = 0; at < weights.length; at++) {
      weights[at] = Math.max(0, 1 - Math.abs(center - (first + at + 0.5)) / support) / support
    }
    return [first, weights]
  })
}

/** A picture of side x side numbers with the part of the drawing in `box`.
 * @param {Float32Array} ink
 * @param {number} stride - from one row of the ink to the next
 * @param {Box} box
 * @param {number[]} size - height and width of the part in the new picture
 * @param {number} side
 * @param {number[]} shift - to the right and down, from the middle */
function resample(ink, stride, box, size, side, shift) {
  const rows = triangles(box.height, size[0], side, shift[1])
  const columns = triangles(box.width, size[1], side, shift[0])
  const picture = new Float32Array(side * side)
  const line = new Float32Array(box.width)
  rows.forEach(([top, rowWeights], y) => {
    line.fill(0)
    for (let at = 0; at < rowWeights.length; at++) {
      const weight = rowWeights[at]
      const from = (box.top + top + at) * stride + box.left
      if (weight !== 0) for (let x = 0; x < box.width; x++) line[x] += weight * ink[from + x]
    }
    columns.forEach(([left, weights], x) => {
      let sum = 0
      for (let at = 0; at < weights.length; at++) sum += weights[at] * line[left + at]
      picture[y * side + x] = clamp(sum, 0, 1)
    })
  })
  return picture
}

/** The shift [right, down] that brings the centre of mass to the middle, as far as the ink's box stays in the picture.
 * @param {Float32Array} scaled - side x side numbers
 * @param {number} side
 * @param {number[]} size - height and width of the ink's box in them */
function shiftToCenter(scaled, side, size) {
  let [total, alongX, alongY] = [0, 0, 0]
  scaled.forEach((value, at) => {
    total += value
    alongX += value * ((at % side) + 0.5)
    alongY += value * (Math.floor(at / side) + 0.5)
  })
  const [roomY, roomX] = size.map((length) => (IMAGE_SIZE - length) / 2)
  return [clamp(side / 2 - alongX / total, -roomX, roomX), clamp(side / 2 - alongY / total, -roomY, roomY)]
}
