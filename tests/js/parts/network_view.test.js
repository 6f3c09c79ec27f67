import assert from "node:assert/strict"
import { test } from "node:test"
import { Network } from "../../../ui/components/browser/engine/network.js"
import { moveByKey } from "../../../ui/components/browser/network_view/move_by_key.js"
import { placeName } from "../../../ui/components/browser/network_view/names.js"
import { bytesOf } from "../../../ui/components/browser/shared/packing.js"
import { vectors } from "../vectors.js"

const all = vectors("networks")
const network = new Network(bytesOf(all[all.length - 1].file)) // the default network
const first = { index: 1, channel: 2, y: 3, x: 0 }

test("the arrow keys move one pixel, and past the edge to the next layer", () => {
  assert.deepEqual(moveByKey(network, first, [0, 1], false), { ...first, x: 1 })
  assert.deepEqual(moveByKey(network, first, [-1, 0], false), { ...first, y: 2 })
  assert.equal(moveByKey(network, first, [0, -1], false)?.index, 0)
  assert.equal(moveByKey(network, { ...first, index: 0, channel: 0 }, [0, -1], false), null)
})

test("with Shift the arrow keys move one map or one layer", () => {
  assert.deepEqual(moveByKey(network, first, [1, 0], true), { ...first, channel: 3 })
  assert.equal(moveByKey(network, first, [0, 1], true)?.index, 2)
})

test("layers that only pass numbers on are left out", () => {
  const before = network.layers.findIndex(({ kind }) => kind === "flatten") - 1
  const place = moveByKey(network, { index: before, channel: 0, y: 0, x: 0 }, [0, 1], true)
  assert.equal(network.layers[place?.index ?? 0].kind, "dense")
})

test("every number has a name", () => {
  assert.equal(placeName(network, { index: 0, channel: 0, y: 4, x: 6 }), "the input, row 5, column 7")
  const output = network.layers.length - 1
  assert.equal(placeName(network, { index: output, channel: 3, y: 0, x: 0 }), "the output for digit 3")
  assert.equal(placeName(network, first), "convolution 1, map 3, row 4, column 1")
})
