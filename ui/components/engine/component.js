// Keeps the chosen network in the page and runs it on what is drawn. It shows nothing itself; other parts subscribe.

const TIMINGS = 200
const DEBOUNCE_MS = 200 // what the canvas waits after pen-up before it tells Python

let later = 0

// Python's picture is the truth as soon as the pen rests; a page without a drawing has no frame. What comes sooner after
// pen-up than the canvas can have asked is the answer to an earlier stroke: it waits for its successor.
function settle() {
  clearTimeout(later)
  if (lab.penDown) return
  if (lab.frame?.live && performance.now() - lab.penUp < DEBOUNCE_MS) {
    later = setTimeout(settle, 3 * DEBOUNCE_MS)
    return
  }
  const { network, reading } = lab
  lab.frame = network && reading ? run(reading.image, reading.blank, false) : null
  publish()
}

function run(image, blank, live) {
  lab.network.forward(image)
  const probabilities = Array.from(lab.network.probabilities)
  const winner = blank ? null : probabilities.indexOf(Math.max(...probabilities))
  return { image, blank, live, probabilities, winner }
}

function followPen() {
  if (!lab.network || !lab.reading) return
  const begin = performance.now()
  const canvas = readCanvas()
  if (!canvas) return
  const { image, blank } = preprocess(canvas.rgba, canvas.width, canvas.height, lab.reading.steps)
  if (blank || (lab.frame?.live && lab.frame.image.every((value, at) => value === image[at]))) return
  lab.frame = run(image, false, true)
  publish()
  lab.timings.push(performance.now() - begin)
  if (lab.timings.length > TIMINGS) lab.timings.shift()
}

export default function ({ data }) {
  const network = new Network(new Uint8Array(data))
  if (network.id !== lab.network?.id) lab.network = network
  Object.assign(lab, { explain, channelProducts, receptiveField, strongestPath, settle, followPen })
  if (!lab.watched) watchPen(() => lab.followPen())
  lab.watched = true
  settle()
}
