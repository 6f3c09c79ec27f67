// Buttons that move the kernel or window over its input, one position after the other, while the output map fills.

import { make, makeButton } from "../shared/dom.js"
import { _ } from "../shared/language.js"

const SECONDS = 10 // for a whole map
const LEAST_PER_SECOND = 8

export class Slide {
  /** @param {(position: number | null) => void} show - called with the last position that is filled, counted row by row;
   * null: the whole map is shown */
  constructor(show) {
    this.show = show
    this.count = 0
    this.frame = 0
    /** @type {number | null} */
    this.position = null
    this.play = makeButton(_("Play"), () => (this.frame ? this.pause() : this.start()))
    this.element = make("div", "slide")
    const [step, stop] = [makeButton(_("Step"), () => this.step()), makeButton(_("Stop"), () => this.reset())]
    this.element.append(this.play, step, stop)
    this.element.hidden = true
  }

  /** @param {number} count - of positions; 0 where nothing slides */
  setCount(count) {
    if (count === this.count) return
    this.count = count
    this.element.hidden = count < 2
    this.reset()
  }

  /** Where a movement goes on: at the first position after the last one. */
  get next() {
    return this.position === null || this.position >= this.count - 1 ? 0 : this.position + 1
  }

  start() {
    let position = this.next === 0 ? 0 : (this.position ?? 0)
    this.position = position
    let last = performance.now()
    let due = 0
    const rate = Math.max(LEAST_PER_SECOND, this.count / SECONDS)
    const tick = (/** @type {number} */ now) => {
      due += ((now - last) / 1000) * rate
      last = now
      position = Math.min(this.count - 1, position + Math.floor(due))
      due %= 1
      this.position = position
      this.show(position)
      if (position >= this.count - 1) this.pause()
      else this.frame = requestAnimationFrame(tick)
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
    this.position = this.next
    this.show(this.position)
  }

  reset() {
    this.pause()
    this.position = null
    this.show(null)
  }
}
