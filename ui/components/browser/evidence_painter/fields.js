// The fields of the picture: which are painted, and which have ink.

/** @typedef {[number, number]} Field - column and row */

export class Fields {
  /** @param {number} count - fields per side */
  constructor(count) {
    this.count = count
    this.painted = /** @type {boolean[]} */ (Array(count ** 2).fill(false))
  }

  /** @param {Field} field */
  isPainted([column, row]) {
    return this.painted[row * this.count + column]
  }

  /** @param {Field} field
   * @param {boolean} on */
  set([column, row], on) {
    this.painted[row * this.count + column] = on
  }

  /** Sets every field on the straight line between two, so that a fast stroke has no gaps.
   * @param {Field} from
   * @param {Field} to
   * @param {boolean} on */
  setLine(from, to, on) {
    const [across, down] = [to[0] - from[0], to[1] - from[1]]
    const steps = Math.max(Math.abs(across), Math.abs(down), 1)
    for (let step = 0; step <= steps; step++) {
      this.set([Math.round(from[0] + (across * step) / steps), Math.round(from[1] + (down * step) / steps)], on)
    }
  }

  clear() {
    this.painted.fill(false)
  }

  /** How many fields are painted. */
  get size() {
    return this.painted.filter(Boolean).length
  }

  /** One character for each field, as Python reads it. */
  toString() {
    return this.painted.map((on) => (on ? "1" : "0")).join("")
  }
}

const INK = 60 // the least shade, from 0 to 255, that counts as ink

/** Whether a field has ink.
 * @param {Uint8Array} pixels - size x size shades
 * @param {number} size
 * @param {number} count - fields per side
 * @param {Field} field */
export function hasInk(pixels, size, count, [column, row]) {
  const side = size / count
  for (let y = row * side; y < (row + 1) * side; y++) {
    for (let x = column * side; x < (column + 1) * side; x++) if (pixels[y * size + x] > INK) return true
  }
  return false
}
