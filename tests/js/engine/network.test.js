import assert from "node:assert/strict"
import { test } from "node:test"
import { Network } from "../../../ui/components/browser/engine/network.js"
import { preprocess } from "../../../ui/components/browser/engine/preprocess.js"
import { indexOfLargest } from "../../../ui/components/browser/shared/numbers.js"
import { bytesOf, unpacked } from "../../../ui/components/browser/shared/packing.js"
import { assertClose, inflated, rgbaOf, vectors } from "../vectors.js"

const LOGIT_TOLERANCE = 1e-3
const LAYER_TOLERANCE = 1e-4

/** @type {import("../vectors.js").NetworkVector[]} */
const networks = vectors("networks")

for (const { name, file, image, layers, probabilities } of networks) {
  test(`every layer has PyTorch's numbers: ${name}`, () => {
    const network = new Network(bytesOf(file))
    network.forward(unpacked(image))
    const computed = network.layers.slice(1)
    assert.deepEqual(
      computed.map((layer) => layer.name),
      layers.map((layer) => layer.name),
    )
    layers.forEach(({ values }, at) => {
      assertClose(computed[at].values, unpacked(values), LAYER_TOLERANCE, computed[at].name)
    })
    assertClose(network.probabilities, probabilities, 1e-5)
  })
}

test("a file can begin anywhere in its buffer", () => {
  const bytes = bytesOf(networks[0].file)
  const shifted = new Uint8Array(bytes.length + 1)
  shifted.set(bytes, 1)
  const network = new Network(shifted.subarray(1))
  const image = unpacked(networks[0].image)
  assert.deepEqual(network.forward(image), new Network(bytes).forward(image))
})

/** @type {{ file: string, pictures: string[], logits: string } | null} */
const drawings = vectors("drawings")
const skip = drawings === null && "set DIGIT_LAB_DATA to a folder that has drawn/digits.jsonl"

test("the browser and Python read all drawn digits alike", { skip }, () => {
  if (!drawings) return
  const network = new Network(bytesOf(drawings.file))
  const expected = unpacked(drawings.logits)
  let same = 0
  drawings.pictures.forEach((picture, at) => {
    const steps = { crop: true, fit: true, center: true }
    const logits = network.forward(preprocess(rgbaOf(inflated(picture)), 320, 320, steps).image)
    const pythons = expected.subarray(10 * at, 10 * at + 10)
    assertClose(logits, pythons, LOGIT_TOLERANCE, `drawing ${at}`)
    if (indexOfLargest(logits) === indexOfLargest(pythons)) same += 1
  })
  assert.ok(same >= 0.995 * drawings.pictures.length, `${same} of ${drawings.pictures.length}`)
})
