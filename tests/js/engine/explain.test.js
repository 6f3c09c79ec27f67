import assert from "node:assert/strict"
import { test } from "node:test"
import {
  channelProducts,
  explain,
  receptiveField,
  strongestPath,
} from "../../../ui/components/browser/engine/explain.js"
import { Network } from "../../../ui/components/browser/engine/network.js"
import { sumOf } from "../../../ui/components/browser/shared/numbers.js"
import { bytesOf, unpacked } from "../../../ui/components/browser/shared/packing.js"
import { assertClose, vectors } from "../vectors.js"

/** @type {import("../vectors.js").NetworkVector[]} */
const networks = vectors("networks")

/** @param {import("../vectors.js").NetworkVector} vector */
function computed({ file, image }) {
  const network = new Network(bytesOf(file))
  network.forward(unpacked(image))
  return network
}

/** Six places of a layer, spread over its channels, rows and columns.
 * @param {{ channels: number, height: number, width: number }} layer */
const places = ({ channels, height, width }) =>
  [0, 1, 2, 3, 4, 5].map((n) => [(7 * n + 1) % channels, (5 * n + 2) % height, (3 * n + 4) % width])

/** The terms are the whole sum, the largest first.
 * @param {import("../../../ui/components/browser/engine/explain.js").Explanation} explained */
function assertTerms(explained) {
  if (explained.kind !== "convolution" && explained.kind !== "dense") return
  const sums = explained.terms.map(({ sum }) => sum)
  assertClose([sumOf(sums) + explained.bias], [explained.total], 1e-6)
  const sizes = sums.map(Math.abs)
  assert.deepEqual(
    sizes,
    sizes.toSorted((one, other) => other - one),
  )
  if (explained.kind !== "convolution") return
  for (const { channel, sum } of explained.terms.slice(0, 3)) {
    const { patch, weights, products } = channelProducts(explained.layer, explained, channel)
    assert.equal(products.length, explained.layer.kernel ** 2)
    assert.deepEqual(
      products,
      patch.map((value, at) => value * weights[at]),
    )
    assertClose([sumOf(products)], [sum], 1e-6)
  }
}

for (const vector of networks) {
  test(`the parts add up to PyTorch's numbers: ${vector.name}`, () => {
    const network = computed(vector)
    const expected = new Map(vector.layers.map(({ name, values }) => [name, unpacked(values)]))
    for (const layer of network.layers.filter(({ copies, index }) => index && !copies)) {
      for (const [channel, y, x] of places(layer)) {
        const explained = explain(network, layer.index, channel, y, x)
        assert.ok(explained.kind !== "input")
        const number = expected.get(layer.name)?.[(channel * layer.height + y) * layer.width + x] ?? NaN
        assertClose([explained.value, explained.total], [number, number], 1e-4, layer.name)
        assertTerms(explained)
      }
    }
  })

  test(`the receptive field is where PyTorch has a gradient: ${vector.name}`, () => {
    const network = computed(vector)
    for (const { layer: name, y, x, ...box } of vector.fields) {
      const layer = network.layers.find((each) => each.name === name)
      assert.ok(layer)
      assert.deepEqual(receptiveField(network, layer.index, y, x), box, name)
    }
  })
}

test("the strongest path goes through the largest term of each layer, from the output to the input", () => {
  for (const vector of networks) {
    const network = computed(vector)
    const path = strongestPath(network, 6)
    const shown = network.layers.filter(({ copies }) => !copies).map(({ index }) => index)
    assert.deepEqual(
      path.map(({ index }) => index),
      shown.toReversed(),
    )
    assert.equal(path[0].channel, 6)
    path.slice(1).forEach((source, at) => {
      const { index, channel, y, x } = path[at]
      const explained = explain(network, index, channel, y, x)
      if (explained.kind !== "convolution" && explained.kind !== "dense") return
      const largest = Math.max(...explained.terms.map(({ sum }) => sum))
      assert.equal(explained.terms.find(({ sum }) => sum === largest)?.channel, source.channel)
    })
  }
})

test("the shares of the output are the softmax of the logits", () => {
  const network = computed(networks[0])
  const { softmax } = explain(network, network.layers.length - 1, 0, 0, 0)
  assert.ok(softmax)
  assertClose(
    softmax.exponentials.map((value) => value / softmax.total),
    networks[0].probabilities,
    1e-5,
  )
})
