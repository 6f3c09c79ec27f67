// The elements of the part: the map, the buttons, the sliders and the table.

/** @import { Method } from "./optimizers.js" */

import { make, makeButton, makeSvg, setAttributes } from "../shared/dom.js"
import { _ } from "../shared/language.js"
import { SCALE } from "./surface.js"

/** Each optimizer's mark as an SVG path: a circle, a square and a triangle. @type {Record<Method, string>} */
const MARKS = {
  sgd: "M-7 0a7 7 0 1 0 14 0a7 7 0 1 0 -14 0z",
  momentum: "M-6.5 -6.5h13v13h-13z",
  adam: "M0 -8.5l8 14h-16z",
}

/** @typedef {ReturnType<typeof makeMap>} MapElements */
/** @typedef {ReturnType<typeof makePath>} PathElements */
/** @typedef {ReturnType<typeof makeSlider>} Slider */
/** @typedef {ReturnType<typeof makeRow>} Row */

/** @param {{ width: number, height: number }} size - of the surface, in parameters from the middle */
export function makeMap({ width, height }) {
  const map = make("div", "map")
  map.tabIndex = 0
  map.setAttribute("role", "application")
  const canvas = make("canvas", "shades")
  canvas.setAttribute("aria-hidden", "true")
  map.append(canvas)
  const viewBox = `0 0 ${2 * width * SCALE} ${2 * height * SCALE}`
  const drawing = makeSvg("svg", { class: "drawing", viewBox, "aria-hidden": "true" }, map)
  const lines = makeSvg("path", { class: "lines" }, drawing)
  const lows = makeSvg("g", { class: "lows" }, drawing)
  const paths = makeSvg("g", {}, drawing)
  const start = makeSvg("path", { class: "start", d: "M-11 0h22M0 -11v22" }, drawing)
  const key = make("div", "key")
  key.setAttribute("aria-hidden", "true")
  map.append(key)
  return { map, canvas, lines, lows, paths, start, key }
}

/** The path of an optimizer, with its mark at the end.
 * @param {Method} method
 * @param {number} number - of its colour
 * @param {Element} parent */
export function makePath(method, number, parent) {
  const group = makeSvg("g", { class: `path ${method}` }, parent)
  group.style.setProperty("--color", `var(--color-${number})`)
  const halo = makeSvg("path", { class: "halo" }, group)
  const line = makeSvg("path", { class: "line" }, group)
  const end = makeSvg("path", { class: "end", d: MARKS[method] }, group)
  return { halo, line, end }
}

/** @param {string} name
 * @param {HTMLElement} parent */
export function makeSlider(name, parent) {
  const label = make("label", `slider ${name}`)
  const line = make("span", "label")
  const title = make("span")
  const value = make("span", "value")
  const input = make("input")
  input.type = "range"
  line.append(title, value)
  label.append(line, input)
  parent.append(label)
  return { title, value, input }
}

/** The table without rows.
 * @param {HTMLElement} parent */
export function makeTable(parent) {
  const table = make("table")
  const heads = table.createTHead().insertRow()
  const body = table.createTBody()
  parent.append(table)
  return { heads, body }
}

/** The row of an optimizer: its line with its mark, its name, the place and the loss.
 * @param {Method} method
 * @param {number} number - of its colour
 * @param {HTMLElement} body */
export function makeRow(method, number, body) {
  const row = make("tr")
  row.style.setProperty("--color", `var(--color-${number})`)
  const head = make("th")
  head.scope = "row"
  const sample = makeSvg("svg", { class: `sample ${method}`, viewBox: "0 0 46 20", "aria-hidden": "true" }, head)
  makeSvg("path", { class: "line", d: "M1 10h44" }, sample)
  makeSvg("path", { class: "end", d: MARKS[method], transform: "translate(23 10)" }, sample)
  const name = make("span")
  head.append(name)
  const place = make("td")
  const loss = make("td", "loss")
  row.append(head, place, loss)
  body.append(row)
  return { row, name, place, loss }
}

/** @param {HTMLElement} parent */
export function makeButtons(parent) {
  const tools = make("div", "tools")
  const [play, step, back] = [makeButton("", undefined, "primary"), makeButton(""), makeButton("")]
  tools.append(play, step, back)
  parent.append(tools)
  return { play, step, back }
}

/** Texts that do not depend on the paths.
 * @param {{ map: MapElements, buttons: ReturnType<typeof makeButtons>, heads: HTMLElement,
 *   sliders: { rate: Slider, momentum: Slider, step: Slider } }} elements */
export function writeLabels({ map, buttons, heads, sliders }) {
  map.key.textContent = _("+ start, × lowest point")
  buttons.step.textContent = _("Step")
  buttons.back.textContent = _("Back to the start")
  sliders.rate.title.textContent = _("Learning rate")
  sliders.momentum.title.textContent = _("Momentum")
  sliders.step.title.textContent = _("Steps taken")
  heads.replaceChildren()
  for (const text of [_("Optimizer"), _("Place"), _("Loss")]) {
    const head = make("th", "", text)
    head.scope = "col"
    heads.append(head)
  }
  setAttributes(map.map, {
    "aria-label": _(
      "Map of the loss. A click sets the start and plays; the arrow keys move the start, Enter plays, Space takes a step.",
    ),
  })
}
