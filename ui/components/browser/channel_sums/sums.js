// The arithmetic of a convolutional layer: what each input channel adds to each output channel.

/** inputs: channels x height x width numbers. weights: outputs x inputs x side x side. others: what the input channels that
 * are not shown add to each output. outputs: number of channels, rows and columns.
 * @typedef {{ side: number, inputs: Float32Array, shape: [number, number, number], weights: Float32Array,
 *   bias: Float32Array, others: Float32Array | null, outputs: [number, number, number] }} Layer */

/** @param {Layer} layer
 * @param {number} from - input channel
 * @returns {Float32Array} - height x width numbers */
export function inputMap({ inputs, shape: [, height, width] }, from) {
  return inputs.subarray(from * height * width, (from + 1) * height * width)
}

/** @param {Layer} layer
 * @param {number} from - input channel
 * @param {number} to - output channel
 * @returns {Float32Array} - side x side numbers */
export function kernelOf({ weights, side, shape: [channels] }, from, to) {
  const at = (to * channels + from) * side ** 2
  return weights.subarray(at, at + side ** 2)
}

/** @param {Layer} layer
 * @param {number} to - output channel
 * @returns {Float32Array | undefined} - rows x columns numbers */
export function othersOf({ others, outputs: [, rows, columns] }, to) {
  return others?.subarray(to * rows * columns, (to + 1) * rows * columns)
}

/** parts: by output and input channel, what the input adds at each place. outputs: their sums, with the others and the
 * bias. Each has rows x columns numbers.
 * @param {Layer} layer
 * @returns {{ parts: Float64Array[][], outputs: Float64Array[] }} */
export function channelSums(layer) {
  const { side, shape, outputs: shownOutputs, bias } = layer
  const [channels, , width] = shape
  const [count, rows, columns] = shownOutputs
  const place = { length: rows * columns }
  const parts = Array.from({ length: count }, (_output, to) =>
    Array.from({ length: channels }, (_input, from) => {
      const input = inputMap(layer, from)
      const kernel = kernelOf(layer, from, to)
      return Float64Array.from(place, (_none, at) => {
        const start = Math.floor(at / columns) * width + (at % columns)
        return kernel.reduce((sum, weight, cell) => {
          return sum + weight * input[start + Math.floor(cell / side) * width + (cell % side)]
        }, 0)
      })
    }),
  )
  const outputs = parts.map((list, to) => {
    const others = othersOf(layer, to)
    return Float64Array.from(place, (_none, at) =>
      list.reduce((sum, part) => sum + part[at], bias[to] + (others?.[at] ?? 0)),
    )
  })
  return { parts, outputs }
}
