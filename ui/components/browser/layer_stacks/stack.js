// One layer as a block: a stack of maps that goes back into the page, or a column of units.

import { make, makeButton, makeSvg } from "../shared/dom.js"
import { indexOfLargest } from "../shared/numbers.js"
import { paintNumbers } from "../shared/paint.js"

// CSS pixels
const SCALE = 3 // for each number of a map
const DEPTH = 0.36 // for each map of a stack
const SHEET = 3 // between two lines on the side of a stack
const UNIT = 4 // for each number of a layer without maps
const ANSWER = 11 // for each of the ten answers, which have texts beside them

/** One layer as Python sends it. values: float32 in base64. map: whether it has maps; else it has units. index: which of
 * `count` maps is shown. limit: the end of the scale, null for a grey picture. marks: texts beside the units. field: the
 * receptive field of one number, null for the whole picture.
 * @typedef {{ title: string, shape: string, count: number, index: number, limit: number | null, map: boolean,
 *   units: number, height: number, width: number, values: string, facts: [string, string][], marks: string[],
 *   field: { side: number, step: number } | null }} StackData */
/** @typedef {StackData & { numbers: Float32Array }} Stack */

/** The top and the right side of a stack, with a line for every few of its maps.
 * @param {Stack} stack
 * @param {HTMLElement} parent */
function addStack({ width, count }, parent) {
  const side = width * SCALE
  const depth = (count - 1) * DEPTH
  const size = side + depth + 2
  const viewBox = `-1 ${-depth - 1} ${size} ${size}`
  const svg = makeSvg("svg", { width: size, height: size, viewBox, "aria-hidden": "true" }, parent)
  if (depth >= 1) {
    makeSvg("path", { class: "face", d: `M0 0 l${depth} ${-depth} h${side} l${-depth} ${depth} z` }, svg)
    makeSvg("path", { class: "face", d: `M${side} 0 l${depth} ${-depth} v${side} l${-depth} ${depth} z` }, svg)
  }
  for (let at = SHEET; at < depth; at += SHEET) {
    makeSvg("path", { class: "sheet", d: `M${at} ${-at} h${side} v${side}` }, svg)
  }
  makeSvg("rect", { class: "front", x: 0, y: 0, width: side, height: side }, svg)
  return { depth, side }
}

/** The layer as a button.
 * @param {Stack} stack
 * @param {Uint32Array} shades */
export function makeStack(stack, shades) {
  const { title, shape, numbers, marks, limit } = stack
  const block = makeButton("", undefined, "block")
  const figure = make("div", "figure")
  if (stack.map) {
    const { depth, side } = addStack(stack, figure)
    const canvas = paintNumbers(numbers, stack.width, stack.height, limit, shades)
    Object.assign(canvas.style, { width: `${side}px`, height: `${side}px`, left: "1px", top: `${depth + 1}px` })
    figure.append(canvas)
  } else {
    const canvas = paintNumbers(numbers, 1, numbers.length, limit, shades)
    const cell = marks.length ? ANSWER : UNIT
    Object.assign(canvas.style, { position: "static", width: "12px", height: `${cell * numbers.length}px` })
    figure.classList.add("units")
    figure.append(canvas)
    if (marks.length) {
      const list = make("div", "marks")
      const best = indexOfLargest(numbers)
      marks.forEach((mark, at) => {
        list.append(make("span", at === best ? "best" : "", mark))
      })
      figure.append(list)
    } else if (stack.units > numbers.length) figure.append(make("span", "more", "⋮"))
  }
  block.append(figure, make("span", "name", title), make("span", "shape", shape))
  block.setAttribute("aria-label", `${title}, ${shape}`)
  return block
}
