// How the ten logits become shares, as a table.

/** @import { Softmax } from "../engine/explain.js" */
/** @import { Section } from "../shared/sections.js" */

import { make } from "../shared/dom.js"
import { _ } from "../shared/language.js"
import { signed } from "../shared/numbers.js"

/** @param {Softmax} softmax
 * @param {number} chosen - the digit whose row is marked
 * @returns {Section} */
export function softmaxTable({ logits, exponentials, total, shares, largest }, chosen) {
  return {
    key: "softmax",
    element() {
      const table = make("table")
      const head = table.createTHead().insertRow()
      for (const title of [_("digit"), _("logit z"), "", _("share")]) head.append(make("th", "", title))
      const body = table.createTBody()
      for (const _logit of logits) {
        const row = body.insertRow()
        for (let cell = 0; cell < 4; cell++) row.insertCell()
      }
      return table
    },
    /** @param {HTMLTableElement} table */
    fill(table) {
      table.rows[0].cells[2].textContent = `exp(z − ${signed(largest, 2)})`
      Array.from(table.tBodies[0].rows).forEach((row, digit) => {
        row.className = digit === chosen ? "chosen" : ""
        row.cells[0].textContent = String(digit)
        const values = [logits[digit], exponentials[digit], shares[digit]]
        values.forEach((value, at) => {
          row.cells[at + 1].textContent = signed(value)
          row.cells[at + 1].dataset.value = String(value)
        })
      })
      table.title = _("The exponentials add up to {total}; each share is its part of that.", { total: signed(total) })
    },
  }
}
