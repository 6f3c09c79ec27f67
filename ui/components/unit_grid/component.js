// A grid of switches that keep their places: one unit each, to be pressed, tapped or reached by the arrow keys.

const made = new WeakMap()

function press(root, own, number) {
  own.buttons.forEach((button, at) => (button.tabIndex = at === number ? 0 : -1))
  own.buttons[number].focus()
}

function columnsOf(root) {
  return getComputedStyle(root).gridTemplateColumns.split(" ").length
}

function walk(root, own, event) {
  const at = own.buttons.indexOf(event.target)
  const columns = columnsOf(root)
  const moves = {
    ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns,
    Home: -at, End: own.buttons.length - 1 - at,
  }
  const move = moves[event.key]
  if (at < 0 || move === undefined) return
  event.preventDefault()
  if (own.buttons[at + move]) press(root, own, at + move)
}

function shade(button, value, limit, shades) {
  const color = shades[shadeOf(value, limit)]
  const [red, green, blue] = [color & 255, (color >> 8) & 255, (color >> 16) & 255]
  button.style.background = `rgb(${red} ${green} ${blue})`
  button.style.color = 0.299 * red + 0.587 * green + 0.114 * blue > 130 ? "#0b0f16" : "#ffffff"
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root")
  if (!made.has(root)) made.set(root, { buttons: [] })
  const own = made.get(root)
  while (own.buttons.length < data.values.length) {
    const button = document.createElement("button")
    button.type = "button"
    button.tabIndex = own.buttons.length ? -1 : 0
    root.append(button)
    own.buttons.push(button)
  }
  while (own.buttons.length > data.values.length) own.buttons.pop().remove()
  if (!own.buttons.some((button) => button.tabIndex === 0)) own.buttons[0].tabIndex = 0
  root.setAttribute("role", "group")
  root.setAttribute("aria-label", data.label)
  root.onkeydown = (event) => walk(root, own, event)
  const off = new Set(data.off)
  const shades = palette(root)
  own.buttons.forEach((button, number) => {
    const value = data.values[number]
    shade(button, value, data.limit, shades)
    button.textContent = value.toFixed(2)
    button.classList.toggle("off", off.has(number))
    button.setAttribute("aria-pressed", !off.has(number))
    button.setAttribute(
      "aria-label", _("Unit {number}, activation {value}", { number: number + 1, value: value.toFixed(2) }),
    )
    button.onclick = () => {
      own.buttons.forEach((other) => (other.tabIndex = other === button ? 0 : -1))
      setTriggerValue("pressed", number)
    }
  })
}
