// A loss of two parameters, and the steps of three optimizers on it: those of torch.optim, in double precision.
// model/theory/overfitting/descent.py computes the same steps in Python.

/** @typedef {[number, number]} Point - the two parameters */
/** @typedef {[number, number, number]} Term - factor, power of the first parameter, power of the second */
/** @typedef {"sgd" | "momentum" | "adam"} Method */

/** betas, epsilon: of Adam. lost: a path ends where a parameter is larger than this.
 * @typedef {{ terms: Term[], betas: [number, number], epsilon: number, steps: number, lost: number }} Problem */
/** @typedef {{ start: Point, rate: number, momentum: number }} Choice */

/** The loss: the sum of all terms `factor * x ** i * y ** j`.
 * @param {Term[]} terms
 * @param {Point} point */
export function lossAt(terms, [x, y]) {
  return terms.reduce((sum, [factor, i, j]) => sum + factor * x ** i * y ** j, 0)
}

/** @param {Term[]} terms
 * @param {Point} point
 * @returns {Point} */
export function gradientAt(terms, [x, y]) {
  let [dx, dy] = [0, 0]
  for (const [factor, i, j] of terms) {
    if (i) dx += factor * i * x ** (i - 1) * y ** j
    if (j) dy += factor * j * x ** i * y ** (j - 1)
  }
  return [dx, dy]
}

/** Whether the optimizer has diverged.
 * @param {Point} point
 * @param {number} limit */
export function isLost(point, limit) {
  return !point.every((value) => Number.isFinite(value) && Math.abs(value) <= limit)
}

/** @param {Point} point
 * @param {(value: number, axis: 0 | 1) => number} change
 * @returns {Point} */
const map = ([x, y], change) => [change(x, 0), change(y, 1)]

/** The points of a path, with the start. It ends early if the optimizer diverges.
 * @param {Method} method
 * @param {Problem} problem
 * @param {Choice} choice
 * @returns {Point[]} */
export function descentPath(method, { terms, betas: [beta1, beta2], epsilon, steps, lost }, { start, rate, momentum }) {
  const points = [start]
  let point = start
  /** The velocity of momentum; Adam's mean of the gradients. @type {Point} */
  let first = [0, 0]
  /** Adam's mean of the squared gradients. @type {Point} */
  let second = [0, 0]
  for (let step = 1; step <= steps; step++) {
    const gradient = gradientAt(terms, point)
    if (method === "adam") {
      first = map(first, (mean, axis) => beta1 * mean + (1 - beta1) * gradient[axis])
      second = map(second, (mean, axis) => beta2 * mean + (1 - beta2) * gradient[axis] ** 2)
      const size = rate / (1 - beta1 ** step)
      const root = Math.sqrt(1 - beta2 ** step)
      point = map(point, (value, axis) => value - (size * first[axis]) / (Math.sqrt(second[axis]) / root + epsilon))
    } else {
      first = map(first, (velocity, axis) => (method === "momentum" ? momentum * velocity : 0) + gradient[axis])
      point = map(point, (value, axis) => value - rate * first[axis])
    }
    points.push(point)
    if (isLost(point, lost)) break
  }
  return points
}
