import { test } from "node:test"
import { unpacked } from "../../../ui/components/browser/shared/packing.js"
import { productAt, rangeOfProducts } from "../../../ui/components/browser/sliding_curves/convolution.js"
import { assertClose, vectors } from "../vectors.js"

const vector = vectors("curves")
const curves = { ...vector, f: unpacked(vector.f), g: unpacked(vector.g), product: unpacked(vector.product) }

test("the area under the product is the convolution that Python computes, at every shift", () => {
  const areas = Array.from(curves.product, (_value, at) => {
    const { above, below } = productAt(curves, at)
    return above + below
  })
  assertClose(areas, curves.product, 1e-5)
})

test("the scale has room for the curves and for every product", () => {
  const [low, high] = rangeOfProducts(curves)
  const values = [...curves.f, ...curves.g, ...productAt(curves, 300).values]
  assertClose([Math.min(low, ...values), Math.max(high, ...values)], [low, high], 0)
})
