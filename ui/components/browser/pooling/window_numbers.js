// The numbers in the window as a grid, and what the pooling makes of them.

/** @import { PooledMap } from "./pool.js" */

import { make } from "../shared/dom.js"
import { _ } from "../shared/language.js"
import { sumOf } from "../shared/numbers.js"
import { written } from "./paint_map.js"

export class WindowNumbers {
  /** @param {HTMLElement} parent */
  constructor(parent) {
    this.caption = make("figcaption")
    this.matrix = make("div", "matrix")
    this.sum = make("div", "sum")
    const body = make("div", "body")
    body.append(this.matrix, this.sum)
    const figure = make("figure", "seen")
    figure.append(this.caption, body)
    parent.append(figure)
  }

  /** Shows the numbers in the window, and returns them.
   * @param {PooledMap} map
   * @param {number} top
   * @param {number} left
   * @param {number | null} winner - the index of the largest number in the map; null: none is marked
   * @param {(value: number) => [string, string]} colorsOf - the background of a number, and the colour of its text */
  show({ window, columns, values }, top, left, winner, colorsOf) {
    /** @type {number[]} */
    const numbers = []
    this.matrix.replaceChildren()
    this.matrix.style.setProperty("--side", String(window))
    for (let y = top; y < top + window; y++) {
      for (let x = left; x < left + window; x++) {
        const at = y * columns + x
        numbers.push(values[at])
        const field = make("span", at === winner ? "winner" : "", written(values[at], 3))
        ;[field.style.background, field.style.color] = colorsOf(values[at])
        this.matrix.append(field)
      }
    }
    return numbers
  }

  /** @param {number[]} numbers
   * @param {number} value - after the pooling
   * @param {boolean} max - the pooling takes the largest number; else the mean */
  showResult(numbers, value, max) {
    const result = written(value)
    this.sum.dataset.value = String(value)
    this.sum.textContent = max
      ? _("largest = {result}", { result })
      : _("{total} / {count} = {result}", { total: written(sumOf(numbers)), count: numbers.length, result })
  }
}
