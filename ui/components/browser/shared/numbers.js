// Limits of numbers, and how they are written. ui/shared/formatting.py writes percentages in the same way.

/** @typedef {ArrayLike<number>} ArrayOfNumbers */

/** @param {number} value
 * @param {number} low
 * @param {number} high */
export const clamp = (value, low, high) => Math.max(low, Math.min(high, value))

/** The largest distance from zero; 0 for no numbers.
 * @param {Iterable<number>} values */
export function largestMagnitude(values) {
  let largest = 0
  for (const value of values) largest = Math.max(largest, Math.abs(value))
  return largest
}

/** The place of the largest number, the first of equal ones.
 * @param {ArrayLike<number>} values */
export function indexOfLargest(values) {
  let best = 0
  for (let at = 1; at < values.length; at++) if (values[at] > values[best]) best = at
  return best
}

/** @param {Iterable<number>} values */
export function sumOf(values) {
  let sum = 0
  for (const value of values) sum += value
  return sum
}

/** With a true minus sign; a number that rounds to zero has no sign.
 * @param {number} value
 * @param {number} [digits] - after the decimal point */
export const signed = (value, digits = 4) =>
  value
    .toFixed(digits)
    .replace(/^-(?=[0.]*$)/, "")
    .replace("-", "−")

/** A share between 0 and 1 in percent; never "100%" for less than 1.
 * @param {number} share
 * @param {number} [digits] */
export function percent(share, digits = 1) {
  if (share >= 1 - 0.5 * 10 ** -(digits + 2)) return `> ${(100 - 10 ** -digits).toFixed(digits)}%`
  return `${(100 * share).toFixed(digits)}%`
}
