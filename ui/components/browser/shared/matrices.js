// Grids of numbers, each on the shade of its value.

/** @import { ArrayOfNumbers } from "./numbers.js" */
/** @import { Theme } from "./paint.js" */
/** @import { Section } from "./sections.js" */

import { make } from "./dom.js"
import { _ } from "./language.js"
import { signed } from "./numbers.js"
import { cssColors, greyPixel, shadeOf } from "./palette.js"

/** A shade's CSS colour, and black or white for the text on it.
 * @param {Theme} theme
 * @param {number} shade */
export const ink = (theme, shade) => cssColors(theme.shades[shade])

/** The same for a grey pixel between 0 and 1, light ink on dark.
 * @param {number} value */
export const grey = (value) => cssColors(greyPixel(value))

/** Two decimals, and fewer where a large number would not fit into its cell.
 * @param {number} value */
const short = (value) => signed(value, Math.abs(value) < 9.995 ? 2 : Math.abs(value) < 99.95 ? 1 : 0)

/** Square grids of numbers side by side, with × and = between them.
 * @param {number} side
 * @param {ArrayOfNumbers[]} grids - side x side numbers each
 * @param {(number | null)[]} limits - the end of each grid's scale; null: grey pixels
 * @param {Theme} theme
 * @param {number | null} [winner] - the cell to mark
 * @returns {Section} */
export function matrices(side, grids, limits, theme, winner = null) {
  return {
    key: `matrices ${side} ${grids.length}`,
    element() {
      const row = make("div", "matrices")
      row.classList.toggle("large", side > 5)
      const names = [_("patch"), _("kernel"), _("products")]
      grids.forEach((_numbers, at) => {
        if (at) row.append(make("span", "sign", at === 1 ? "×" : "="))
        const grid = make("div", "matrix")
        grid.setAttribute("role", "img")
        grid.setAttribute("aria-label", grids.length > 1 ? names[at] : _("window"))
        grid.style.setProperty("--side", String(side))
        for (let cell = 0; cell < side * side; cell++) grid.append(make("span"))
        row.append(grid)
      })
      return row
    },
    fill(row) {
      row.querySelectorAll(".matrix").forEach((grid, at) => {
        /** @type {NodeListOf<HTMLElement>} */
        const cells = grid.querySelectorAll("span")
        cells.forEach((span, cell) => {
          const [value, limit] = [grids[at][cell], limits[at]]
          const [background, color] = limit === null ? grey(value) : ink(theme, shadeOf(value, limit))
          span.style.background = background
          span.style.color = color
          span.textContent = short(value)
          span.title = signed(value, 6)
          span.dataset.value = String(value)
          span.classList.toggle("winner", cell === winner)
        })
      })
    },
  }
}
