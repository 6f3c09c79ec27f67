// A kernel or window that slides over its input, position by position, while the output map fills.

const SECONDS = 10 // for a whole map
const LEAST_PER_SECOND = 8

class Slide {
  // show(position): null for the map at rest, else the row-major number of the last position that is filled
  constructor(show) {
    this.show = show
    this.element = make("div", "slide")
    this.play = this.#button(_("Play"), () => (this.frame ? this.pause() : this.start()))
    this.#button(_("Step"), () => this.step())
    this.#button(_("Stop"), () => this.reset())
    this.reset()
  }

  #button(text, onclick) {
    const button = make("button", "", text)
    button.type = "button"
    button.onclick = onclick
    this.element.append(button)
    return button
  }

  // The number of positions; 0 where there is nothing to slide.
  setCount(count) {
    if (count === this.count) return
    this.count = count
    this.element.hidden = count < 2
    this.reset()
  }

  start() {
    if (this.position === null || this.position >= this.count - 1) this.position = 0
    let last = performance.now()
    let due = 0
    const rate = Math.max(LEAST_PER_SECOND, this.count / SECONDS)
    const tick = (now) => {
      due += ((now - last) / 1000) * rate
      last = now
      this.position = Math.min(this.count - 1, this.position + Math.floor(due))
      due %= 1
      this.show(this.position)
      if (this.position >= this.count - 1) return this.pause()
      this.frame = requestAnimationFrame(tick)
    }
    this.play.textContent = _("Pause")
    this.frame = requestAnimationFrame(tick)
  }

  pause() {
    cancelAnimationFrame(this.frame)
    this.frame = 0
    this.play.textContent = _("Play")
  }

  step() {
    this.pause()
    this.position = this.position === null || this.position >= this.count - 1 ? 0 : this.position + 1
    this.show(this.position)
  }

  reset() {
    this.pause()
    this.position = null
    this.show(null)
  }
}
