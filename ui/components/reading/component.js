// Hands Python's picture to the parts of the page that show the network at work.

function decode(text) {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  return new Float32Array(bytes.buffer)
}

export default function ({ data }) {
  const reading = { image: decode(data.image), blank: data.blank, steps: data.steps }
  lab.reading = reading
  lab.settle?.()
  return () => {
    if (lab.reading !== reading) return // the next page has its own already
    lab.reading = null
    lab.settle?.()
  }
}
