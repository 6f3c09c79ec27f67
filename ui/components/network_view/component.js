// The network view: overview above, the arithmetic of the chosen number below. It runs on the network and the picture
// that the engine keeps in the page, and paints once per change of either.

class View {
  constructor(root) {
    this.root = root
    this.selection = null // { index, channel, y, x }
    this.pinned = false
    this.chosen = null // the input channel whose products are shown; null: the strongest
    this.position = null // of the slide
    this.hint = make("p", "hint")
    this.overview = new Overview(root, {
      hover: (place) => !this.pinned && this.position === null && this.#select(place, false),
      pin: (place) => this.#select(place, true),
    })
    root.append(this.hint)
    this.detail = new Detail(root, {
      place: (place) => this.#select(place, true),
      channel: (channel) => {
        this.chosen = channel
        this.#explain()
      },
      slide: (position) => this.#slideTo(position),
    })
    const { element } = this.overview
    element.tabIndex = 0
    element.setAttribute("role", "application")
    element.setAttribute("aria-label", _("The network, layer by layer"))
    element.onkeydown = (event) => this.#key(event)
    this.resizing = new ResizeObserver(() => {
      this.overview.resize(this.theme)
      this.#paint()
    })
  }

  start() {
    this.theme = readTheme(this.root)
    this.root.style.setProperty("--negative", ink(this.theme, 0)[0])
    this.root.style.setProperty("--positive", ink(this.theme, SHADES - 1)[0])
    this.stop?.()
    const end = subscribe(() => this.#changed())
    this.resizing.observe(this.overview.element)
    this.stop = () => {
      end()
      this.resizing.disconnect()
      this.detail.slide.pause()
    }
    this.#changed()
  }

  // The network, the picture or the theme is another.
  #changed() {
    const { network, frame } = lab
    this.root.classList.toggle("waiting", !network || !frame)
    if (!network || !frame) return
    if (network !== this.network) {
      this.network = network
      Object.assign(this, { selection: null, touched: false, pinned: false, chosen: null })
      this.detail.slide.reset()
      this.overview.build(network)
      this.overview.resize(this.theme)
    }
    this.hint.textContent = frame.blank ? INVITATION : HINT
    this.path = frame.blank ? [] : lab.strongestPath(network, frame.winner)
    if (!this.pinned && !this.touched) this.selection = this.#start()
    this.#paint()
    if (!frame.live) this.path.forEach((place) => this.overview.reveal(place))
  }

  // Before anything is chosen: the strongest path's number in the first layer that computes.
  #start() {
    const { index, height, width } = this.network.layers.find((layer) => layer.index && !layer.copies)
    const middle = { index, channel: 0, y: Math.floor((height - 1) / 2), x: Math.floor((width - 1) / 2) }
    return this.path.find((place) => place.index === index) ?? middle
  }

  #paint() {
    if (!this.network || !lab.frame) return
    this.overview.paint(this.theme, lab.frame, this.selection, this.path)
    this.#explain(!lab.frame.live)
  }

  #select(place, pin) {
    if (pin) this.detail.slide.reset()
    if (place.index !== this.selection.index || place.channel !== this.selection.channel) this.chosen = null
    this.selection = place
    this.pinned = pin
    this.touched = true
    this.overview.select(place)
    this.#explain()
  }

  #letGo() {
    this.detail.slide.reset()
    Object.assign(this, { pinned: false, touched: false, chosen: null, selection: this.#start() })
    this.overview.select(this.selection)
    this.#explain()
  }

  #slideTo(position) {
    this.position = position
    if (!this.selection) return
    if (position === null) return this.#explain()
    this.chosen ??= this.detail.opened // the kernel slides over one map, whichever adds most on its way
    const { width } = this.network.layers[this.selection.index]
    this.selection = { ...this.selection, y: Math.floor(position / width), x: position % width }
    this.touched = true
    this.overview.select(this.selection)
    this.#explain(false)
  }

  // said: whether screen readers are told; not in every frame of a movement.
  #explain(said = true) {
    const { index, channel, y, x } = this.selection
    this.detail.show(this.network, lab.explain(this.network, index, channel, y, x), {
      theme: this.theme,
      atlases: (layer) => this.overview.byIndex.get(layer).atlas,
      chosen: this.chosen,
      pinned: this.pinned,
      position: this.position,
      said,
    })
  }

  #key(event) {
    const direction = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key]
    if (!this.selection || event.ctrlKey || event.altKey || event.metaKey) return
    if (event.key === "Enter") this.#select(this.selection, true)
    else if (event.key === "Escape") this.#letGo()
    else if (direction) this.#walk(...direction, event.shiftKey)
    else return
    event.preventDefault()
  }

  // One pixel on; past the left or right edge, or with Shift, a layer; with Shift up and down, a map.
  #walk(down, across, far) {
    const { index, channel, y, x } = this.selection
    const layer = this.network.layers[index]
    const flat = !isMap(layer) // a dense layer's units are walked up and down
    let place
    if (far || (flat && across) || (across && (x + across < 0 || x + across >= layer.width))) {
      place = across ? this.#otherLayer(across) : { index, channel: channel + down, y, x }
    } else if (flat) place = { index, channel: channel + down, y, x }
    else place = { index, channel, y: y + down, x: x + across }
    const target = place && this.network.layers[place.index]
    if (!target) return
    const within = (value, count) => Math.max(0, Math.min(count - 1, value))
    place = {
      index: place.index,
      channel: within(place.channel, target.channels),
      y: within(place.y, target.height),
      x: within(place.x, target.width),
    }
    this.#select(place, this.pinned)
    this.overview.reveal(place)
    this.overview.revealColumn(place)
  }

  // The same place, by share of the height and width, in the next layer that is shown.
  #otherLayer(step) {
    const { index, channel, y, x } = this.selection
    const { layers } = this.network
    let to = index + step
    while (layers[to]?.copies) to += step
    const [from, target] = [layers[index], layers[to]]
    if (!target) return null
    const scaled = (value, before, after) => Math.floor(((value + 0.5) * after) / before)
    const channels = from.channels === target.channels ? channel : scaled(channel, from.channels, target.channels)
    return { index: to, channel: channels, y: scaled(y, from.height, target.height), x: scaled(x, from.width, target.width) }
  }
}

const INVITATION = _("Draw a digit, and every layer fills while the pen moves.")
const HINT = _("The line leads from the answer back to the drawing, at each layer through the number that adds most. Point at any pixel, or walk with the arrow keys (with Shift: layers and maps). Click or Enter pins, Escape lets go.")

const views = new WeakMap()

export default function ({ parentElement }) {
  const root = parentElement.querySelector(".root")
  if (!views.has(root)) views.set(root, new View(root))
  const view = views.get(root)
  view.start()
  return () => view.stop()
}
