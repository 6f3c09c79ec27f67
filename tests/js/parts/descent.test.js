import assert from "node:assert/strict"
import { test } from "node:test"
import { descentPath } from "../../../ui/components/browser/descent/optimizers.js"
import { contourPath, heightsOf } from "../../../ui/components/browser/descent/surface.js"
import { assertClose, vectors } from "../vectors.js"

test("the steps of SGD, momentum and Adam are those of torch.optim", () => {
  for (const { method, problem, choice, points } of vectors("optimizers")) {
    const found = descentPath(method, { ...problem, steps: points.length - 1 }, choice)
    points.forEach((/** @type {number[]} */ point, /** @type {number} */ at) => {
      assertClose(found[at], point, 1e-6 * Math.max(1, ...point.map(Math.abs)), `${method} step ${at}`)
    })
  }
})

test("a path ends where the optimizer diverges", () => {
  /** @type {import("../../../ui/components/browser/descent/optimizers.js").Problem} */
  const problem = { terms: [[1, 2, 0]], betas: [0.9, 0.999], epsilon: 1e-8, steps: 100, lost: 1000 }
  const points = descentPath("sgd", problem, { start: [1, 0], rate: 2, momentum: 0 })
  assert.ok(points.length < 100)
  assert.ok(Math.abs(points[points.length - 1][0]) > 1000)
})

test("the map goes from 0 at the lowest point to 1 at the highest, and has contour lines", () => {
  const heights = heightsOf(
    [
      [1, 2, 0],
      [1, 0, 2],
    ],
    3,
    2,
  )
  assertClose([Math.min(...heights.values), Math.max(...heights.values)], [0, 1], 1e-12)
  assert.match(contourPath(heights, 3, 2), /^M[\d.]+ [\d.]+L/)
})
