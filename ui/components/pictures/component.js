// Grey pictures painted straight into canvas elements: no image is fetched, so nothing flickers when they change.

function tile() {
  const figure = document.createElement("figure")
  const frame = document.createElement("div")
  frame.className = "frame"
  const canvas = document.createElement("canvas")
  canvas.setAttribute("role", "img")
  const dot = document.createElement("span")
  dot.className = "dot"
  frame.append(canvas, dot)
  const caption = document.createElement("figcaption")
  const title = document.createElement("span")
  title.className = "title"
  const note = document.createElement("span")
  note.className = "note"
  caption.append(title, note)
  figure.append(frame, caption)
  return { figure, frame, canvas, dot, title, note, painted: null }
}

function paint(canvas, picture) {
  canvas.width = picture.width
  canvas.height = picture.height
  const grey = Uint8Array.from(atob(picture.pixels), (character) => character.charCodeAt(0))
  const context = canvas.getContext("2d")
  const image = context.createImageData(picture.width, picture.height)
  grey.forEach((value, index) => image.data.set([value, value, value, 255], 4 * index))
  context.putImageData(image, 0, 0)
}

const made = new WeakMap()

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".root")
  if (!made.has(root)) made.set(root, [])
  const tiles = made.get(root)
  while (tiles.length < data.pictures.length) {
    const next = tile()
    tiles.push(next)
    root.append(next.figure)
  }
  while (tiles.length > data.pictures.length) tiles.pop().figure.remove()
  root.classList.toggle("arrows", data.arrows)
  root.style.setProperty("--count", data.pictures.length)
  data.pictures.forEach((picture, index) => {
    const { figure, frame, canvas, dot, title, note } = tiles[index]
    if (tiles[index].painted !== picture.pixels || canvas.width !== picture.width) {
      paint(canvas, picture)
      tiles[index].painted = picture.pixels
    }
    canvas.setAttribute("aria-label", picture.alt)
    figure.classList.toggle("marked", picture.marked)
    frame.classList.toggle("crossed", picture.dot !== null)
    if (picture.dot !== null) {
      dot.style.left = `${(100 * picture.dot[0]) / picture.width}%`
      dot.style.top = `${(100 * picture.dot[1]) / picture.height}%`
    }
    title.textContent = picture.caption
    note.textContent = picture.note
  })
}
