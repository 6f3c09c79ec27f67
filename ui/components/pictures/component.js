// Pictures painted straight into canvas elements: no image is fetched, so nothing flickers when they change.

function tile() {
  const figure = document.createElement("figure")
  const frame = document.createElement("div")
  frame.className = "frame"
  const canvas = document.createElement("canvas")
  canvas.setAttribute("role", "img")
  const dot = document.createElement("span")
  dot.className = "dot"
  const box = document.createElement("span")
  box.className = "box"
  frame.append(canvas, dot, box)
  const caption = document.createElement("figcaption")
  const title = document.createElement("span")
  title.className = "title"
  const note = document.createElement("span")
  note.className = "note"
  caption.append(title, note)
  figure.append(frame, caption)
  return { figure, frame, canvas, dot, box, title, note, painted: null }
}

function paint(canvas, picture, shades) {
  canvas.width = picture.width
  canvas.height = picture.height
  const context = canvas.getContext("2d")
  const image = context.createImageData(picture.width, picture.height)
  const colors = new Uint32Array(image.data.buffer)
  const bytes = atob(picture.pixels)
  for (let at = 0; at < bytes.length; at++) {
    const value = bytes.charCodeAt(at)
    colors[at] = picture.signed ? shades[value] : (255 << 24) | (value << 16) | (value << 8) | value
  }
  context.putImageData(image, 0, 0)
}

// Which part of the square frame a picture that need not be square covers, in percent.
function place(element, picture, left, top, width = 0, height = 0) {
  const side = Math.max(picture.width, picture.height)
  element.style.left = `${(100 * (left + (side - picture.width) / 2)) / side}%`
  element.style.top = `${(100 * (top + (side - picture.height) / 2)) / side}%`
  element.style.width = width ? `${(100 * width) / side}%` : ""
  element.style.height = height ? `${(100 * height) / side}%` : ""
}

function makePickable(figure, index, picture, component) {
  figure.tabIndex = 0
  figure.setAttribute("role", "button")
  figure.setAttribute("aria-label", `${picture.caption}. ${picture.alt}`)
  figure.setAttribute("aria-pressed", picture.marked)
  figure.onclick = () => component.setTriggerValue("picked", index)
  figure.onkeydown = (event) => {
    if (event.key !== "Enter" && event.key !== " ") return
    event.preventDefault()
    component.setTriggerValue("picked", index)
  }
}

const made = new WeakMap()

export default function (component) {
  const { data, parentElement } = component
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
  root.classList.toggle("pick", data.pick)
  root.style.setProperty("--count", data.pictures.length)
  root.style.setProperty("--size", data.size)
  const shades = palette(root)
  data.pictures.forEach((picture, index) => {
    const { figure, frame, canvas, dot, box, title, note } = tiles[index]
    const drawn = `${picture.width} ${picture.signed && shades.join()} ${picture.pixels}`
    if (tiles[index].painted !== drawn) {
      paint(canvas, picture, shades)
      tiles[index].painted = drawn
    }
    canvas.setAttribute("aria-label", picture.alt)
    figure.classList.toggle("marked", picture.marked)
    frame.classList.toggle("signed", picture.signed)
    frame.classList.toggle("crossed", picture.dot !== null)
    if (picture.dot !== null) place(dot, picture, ...picture.dot)
    frame.classList.toggle("boxed", picture.box !== null)
    if (picture.box !== null) place(box, picture, ...picture.box)
    title.textContent = picture.caption
    note.textContent = picture.note
    if (data.pick) makePickable(figure, index, picture, component)
  })
}
