import { test } from "node:test"
import { channelSums } from "../../../ui/components/browser/channel_sums/sums.js"
import { unpacked } from "../../../ui/components/browser/shared/packing.js"
import { assertClose, vectors } from "../vectors.js"

const vector = vectors("channels")
const numbers = { inputs: unpacked(vector.inputs), weights: unpacked(vector.weights), bias: unpacked(vector.bias) }
const layer = { side: 3, shape: vector.shape, outputs: vector.outputs, others: null, ...numbers }

test("the parts of all input channels and the bias add up to PyTorch's outputs", () => {
  const { parts, outputs } = channelSums(layer)
  const expected = unpacked(vector.output)
  outputs.forEach((output, to) => {
    const pythons = expected.subarray(to * output.length, (to + 1) * output.length)
    assertClose(output, pythons, 1e-5)
    const sums = output.map((_value, at) => parts[to].reduce((sum, part) => sum + part[at], layer.bias[to]))
    assertClose(sums, pythons, 1e-5)
  })
})

test("the channels that are not shown are added too", () => {
  const others = new Float32Array(unpacked(vector.output).length).fill(2)
  const [plain, more] = [channelSums(layer).outputs[0], channelSums({ ...layer, others }).outputs[0]]
  const raised = plain.map((value) => value + 2)
  assertClose(more, raised, 1e-9)
})
