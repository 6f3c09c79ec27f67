import assert from "node:assert/strict"
import { test } from "node:test"
import { pool } from "../../../ui/components/browser/pooling/pool.js"
import { unpacked } from "../../../ui/components/browser/shared/packing.js"
import { assertClose, vectors } from "../vectors.js"

test("pooling gives PyTorch's numbers, and the first of equal ones is the winner", () => {
  for (const vector of vectors("pooling")) {
    const values = unpacked(vector.values)
    const { pooled, winners, height, width } = pool({ ...vector, values })
    assert.deepEqual([height, width], [vector.height, vector.width])
    assertClose(pooled, unpacked(vector.pooled), 1e-6)
    if (vector.kind !== "max") continue
    winners.forEach((winner, at) => {
      assert.equal(values[winner], pooled[at])
    })
  }
  const { winners } = pool({ values: [2, 2, 2, 2], rows: 2, columns: 2, kind: "max", window: 2, stride: 1 })
  assert.deepEqual([...winners], [0])
})
