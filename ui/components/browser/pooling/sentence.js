// How one pooled number is computed, in words.

import { _ } from "../shared/language.js"
import { written } from "./paint_map.js"

const MOST_NUMBERS = 4 // for which one line has room

/** numbers: in the window. result: as it is written. winner: where the largest number is in the map; null for a mean. All
 * rows and columns count from 0.
 * @param {{ row: number, column: number, numbers: number[], result: string,
 *   winner: { row: number, column: number } | null }} pooled */
export function sentence({ row, column, numbers, result, winner }) {
  const few = numbers.length <= MOST_NUMBERS
  const place = { row: row + 1, column: column + 1, result, count: numbers.length }
  if (winner) {
    const list = numbers.map((value) => written(value)).join(", ")
    const at = { ...place, y: winner.row + 1, x: winner.column + 1, numbers: list }
    return few
      ? _(
          "Pooled number in row {row}, column {column}: the largest of {numbers} is {result}, from row {y}, column {x} of the map.",
          at,
        )
      : _(
          "Pooled number in row {row}, column {column}: the largest of {count} is {result}, from row {y}, column {x} of the map.",
          at,
        )
  }
  const sum = numbers
    .map((value) => written(value))
    .join(" + ")
    .replaceAll("+ −", "− ")
  return few
    ? _("Pooled number in row {row}, column {column}: ({sum}) / {count} = {result}.", { ...place, sum })
    : _("Pooled number in row {row}, column {column}: the mean of {count} numbers is {result}.", place)
}
