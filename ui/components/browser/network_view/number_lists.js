// Sections of texts and numbers: one line, or a list with a bar for each number.

/** @import { Section } from "../shared/sections.js" */

import { make, makeButton } from "../shared/dom.js"
import { signed } from "../shared/numbers.js"

/** @typedef {{ value: number, className: string }} NumberPart */

/** @param {number} value
 * @param {string} [className]
 * @returns {NumberPart} */
export const number = (value, className = "") => ({ value, className })

/** A line of texts and numbers.
 * @param {string} className
 * @param {string | (string | NumberPart)[]} parts
 * @returns {Section} */
export function line(className, parts) {
  const list = [parts].flat()
  const shape = list.map((part) => (typeof part === "string" ? "t" : "n")).join("")
  return {
    key: `${className} ${shape}`,
    element() {
      const row = make("p", className)
      row.append(...list.map((part) => make(typeof part === "string" ? "span" : "output")))
      return row
    },
    fill(row) {
      list.forEach((part, at) => {
        const cell = /** @type {HTMLElement} */ (row.children[at])
        if (typeof part === "string") cell.textContent = part
        else {
          cell.className = part.className
          cell.textContent = signed(part.value)
          cell.dataset.value = String(part.value)
        }
      })
    },
  }
}

/** title: shown when the pointer rests on the row. channel: makes the row a button that opens this channel. chosen: it is
 * open.
 * @typedef {{ name: string, value: number, title?: string, channel?: number, chosen?: boolean }} Row */

/** Rows with a name, a bar to the left or right of the middle, and a number.
 * @param {string} className
 * @param {Row[]} rows
 * @param {number} limit - the number of the longest bar
 * @returns {Section} */
export function barList(className, rows, limit) {
  return {
    key: `${className} ${rows.length}`,
    element() {
      const list = make("div", `terms ${className}`)
      for (const { channel } of rows) {
        const row = channel === undefined ? make("div", "term") : makeButton("", undefined, "term")
        const track = make("span", "track")
        track.append(make("span", "bar"))
        row.append(make("span", "name"), track, make("output"))
        list.append(row)
      }
      return list
    },
    fill(list) {
      rows.forEach((row, at) => {
        fillRow(/** @type {HTMLElement} */ (list.children[at]), row, limit)
      })
    },
  }
}

/** @param {HTMLElement} element
 * @param {Row} row
 * @param {number} limit */
function fillRow(element, { name, value, title, channel, chosen }, limit) {
  const [label, track, output] = /** @type {HTMLElement[]} */ (Array.from(element.children))
  label.textContent = name
  element.title = title ?? ""
  const share = limit ? Math.abs(value) / limit / 2 : 0
  const bar = /** @type {HTMLElement} */ (track.firstElementChild)
  bar.className = value < 0 ? "bar negative" : "bar"
  bar.style.width = `${100 * share}%`
  bar.style.left = `${value < 0 ? 50 - 100 * share : 50}%`
  output.textContent = signed(value)
  output.dataset.value = String(value)
  if (channel === undefined) return
  element.dataset.channel = String(channel)
  element.setAttribute("aria-pressed", String(Boolean(chosen)))
}
