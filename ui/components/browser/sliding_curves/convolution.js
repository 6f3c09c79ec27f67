// The product of two curves, one of which is flipped and shifted. Curves are samples in the middle of each step.

/** f, g: the curves, from -reach to reach. product: their convolution, for shifts from -travel to travel.
 * @typedef {{ f: Float32Array, g: Float32Array, product: Float32Array, reach: number, travel: number, step: number }} Curves */

/** g, flipped and shifted, at the samples of f; zero where g has no sample.
 * @param {Curves} curves
 * @param {number} at - how many steps g has moved */
export function shifted({ f, g, travel, step }, at) {
  const shift = at - Math.round(travel / step) + f.length - 1
  return Float32Array.from(f, (_value, place) => g[shift - place] ?? 0)
}

/** f(τ) g(t − τ) at each sample, and its area above and below zero.
 * @param {Curves} curves
 * @param {number} at */
export function productAt(curves, at) {
  const { f, step } = curves
  const other = shifted(curves, at)
  const values = Float64Array.from(f, (value, place) => value * other[place])
  let [above, below] = [0, 0]
  for (const value of values) {
    if (value > 0) above += value
    else below += value
  }
  return { values, above: above * step, below: below * step }
}

/** Zero and the smallest and the largest value.
 * @param {Iterable<number>} values
 * @returns {[number, number]} */
export function rangeOf(values) {
  let [low, high] = [0, 0]
  for (const value of values) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  return [low, high]
}

/** The range of both curves and of their product at every shift: the scale stays while the curve slides.
 * @param {Curves} curves
 * @returns {[number, number]} */
export function rangeOfProducts(curves) {
  const { f, g, product } = curves
  let [low, high] = rangeOf([...f, ...g])
  for (let at = 0; at < product.length; at++) {
    const [least, most] = rangeOf(productAt(curves, at).values)
    low = Math.min(low, least)
    high = Math.max(high, most)
  }
  return [low, high]
}
