// Reads .safetensors files: eight bytes with the header's length, the header as JSON, then the numbers.

/** @param {Uint8Array} bytes - a whole file; tensors of other kinds than float32 are left out
 * @returns {{ metadata: Record<string, string>, tensors: Record<string, Float32Array> }} */
export function readSafetensors(bytes) {
  const file = bytes.slice() // float32 must begin at a multiple of four, and `bytes` can begin anywhere in its buffer
  const length = Number(new DataView(file.buffer).getBigUint64(0, true))
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)))
  /** @type {Record<string, Float32Array>} */
  const tensors = {}
  for (const [name, entry] of Object.entries(header)) {
    if (name === "__metadata__" || entry.dtype !== "F32") continue
    const [begin, end] = entry.data_offsets
    tensors[name] = new Float32Array(file.slice(8 + length + begin, 8 + length + end).buffer)
  }
  return { metadata: header.__metadata__, tensors }
}
