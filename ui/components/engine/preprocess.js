// model/data/preprocess.py for what a canvas holds: the same steps and numbers, so that both sides see the same 28x28 picture.

const IMAGE_SIZE = 28
const BOX_SIZE = 20
const INK_THRESHOLD = 0.1

// RGBA bytes of an opaque picture -> { image: Float32Array(784), blank }.
function preprocess(rgba, width, height, steps) {
  const ink = findInk(rgba, width, height)
  const image = new Float32Array(IMAGE_SIZE * IMAGE_SIZE)
  let box = inkBox(ink, width, height)
  if (box === null) return { image, blank: true }
  if (!steps.crop) box = { top: 0, left: 0, height, width }
  const longest = Math.max(box.height, box.width)
  const inner = steps.fit ? BOX_SIZE : IMAGE_SIZE
  const size = steps.fit ? [(BOX_SIZE * box.height) / longest, (BOX_SIZE * box.width) / longest] : [inner, inner]
  let shift = [0, 0]
  if (steps.center) shift = shiftToCenter(resample(ink, width, box, size, inner, shift), inner, size)
  return { image: resample(ink, width, box, size, IMAGE_SIZE, shift), blank: false }
}

function findInk(rgba, width, height) {
  const grey = new Float32Array(width * height)
  for (let at = 0, from = 0; at < grey.length; at++, from += 4) {
    // ITU-R BT.601, as in Python
    grey[at] = (0.299 * rgba[from] + 0.587 * rgba[from + 1] + 0.114 * rgba[from + 2]) / 255
  }
  let paper = borderMedian(grey, width, height)
  let above = 0
  let below = 0
  for (const value of grey) value > paper ? (above += value - paper) : (below += paper - value)
  if (below > above) {
    for (let at = 0; at < grey.length; at++) grey[at] = 1 - grey[at]
    paper = 1 - paper
  }
  if (paper === 1) return grey.fill(0)
  if (paper !== 0) for (let at = 0; at < grey.length; at++) grey[at] = Math.max(0, (grey[at] - paper) / (1 - paper))
  return grey
}

function borderMedian(grey, width, height) {
  const border = [...grey.subarray(0, width), ...grey.subarray((height - 1) * width)]
  for (let y = 0; y < height; y++) border.push(grey[y * width], grey[y * width + width - 1])
  border.sort((a, b) => a - b)
  const middle = border.length / 2
  return (border[Math.ceil(middle) - 1] + border[Math.floor(middle)]) / 2
}

function inkBox(ink, width, height) {
  let [top, bottom, left, right] = [height, -1, width, -1]
  for (let y = 0; y < height; y++) {
    const row = y * width
    for (let x = 0; x < width; x++) {
      if (ink[row + x] <= INK_THRESHOLD) continue
      if (y < top) top = y
      bottom = y
      if (x < left) left = x
      if (x > right) right = x
    }
  }
  return bottom < 0 ? null : { top, left, height: bottom - top + 1, width: right - left + 1 }
}

// What each of `side` pixels takes from `source` pixels: [first, weights] per pixel; a triangle as wide as the reduction.
function triangles(source, size, side, shift) {
  const scale = source / size
  const start = (side - size) / 2 + shift
  const support = Math.max(scale, 1)
  return Array.from({ length: side }, (_, pixel) => {
    const center = (pixel + 0.5 - start) * scale
    const first = Math.max(0, Math.floor(center - support - 0.5))
    const last = Math.min(source - 1, Math.ceil(center + support - 0.5))
    const weights = new Float32Array(Math.max(0, last - first + 1))
    for (let at = 0; at < weights.length; at++) {
      weights[at] = Math.max(0, 1 - Math.abs(center - (first + at + 0.5)) / support) / support
    }
    return [first, weights]
  })
}

function resample(ink, stride, box, size, side, shift) {
  const rows = triangles(box.height, size[0], side, shift[1])
  const columns = triangles(box.width, size[1], side, shift[0])
  const picture = new Float32Array(side * side)
  const line = new Float32Array(box.width)
  rows.forEach(([top, rowWeights], y) => {
    line.fill(0)
    for (let at = 0; at < rowWeights.length; at++) {
      const weight = rowWeights[at]
      const from = (box.top + top + at) * stride + box.left
      if (weight !== 0) for (let x = 0; x < box.width; x++) line[x] += weight * ink[from + x]
    }
    columns.forEach(([left, weights], x) => {
      let sum = 0
      for (let at = 0; at < weights.length; at++) sum += weights[at] * line[left + at]
      picture[y * side + x] = Math.min(1, Math.max(0, sum))
    })
  })
  return picture
}

// [x, y] that brings the centre of mass to the middle, as far as the ink's box stays inside.
function shiftToCenter(scaled, side, size) {
  let [total, alongX, alongY] = [0, 0, 0]
  scaled.forEach((value, at) => {
    total += value
    alongX += value * ((at % side) + 0.5)
    alongY += value * (Math.floor(at / side) + 0.5)
  })
  const within = (value, room) => Math.max(-room, Math.min(room, value))
  const [roomY, roomX] = size.map((length) => (IMAGE_SIZE - length) / 2)
  return [within(side / 2 - alongX / total, roomX), within(side / 2 - alongY / total, roomY)]
}
