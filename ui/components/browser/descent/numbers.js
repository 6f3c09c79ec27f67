// How losses and places are written.

/** @import { Point } from "./optimizers.js" */

/** Three significant digits.
 * @param {number} value */
export function digits(value) {
  if (value !== 0 && (Math.abs(value) >= 1e5 || Math.abs(value) < 1e-4)) return value.toExponential(1)
  return value.toPrecision(3)
}

/** @param {Point} point */
export const written = (point) => `(${point.map((value) => value.toFixed(2)).join(", ")})`
