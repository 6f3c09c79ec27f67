// An animation with a button that starts and pauses it.

import { makeButton } from "./dom.js"
import { _ } from "./language.js"

/** Whether the reader has asked for less motion. */
export const prefersReducedMotion = () => matchMedia("(prefers-reduced-motion: reduce)").matches

export class Player {
  /** @param {HTMLElement} status - what screen readers read out; not in every frame of the animation
   * @param {() => void} start - called when the button is pressed; it calls `run` */
  constructor(status, start) {
    this.status = status
    this.frame = 0
    this.button = makeButton(_("Play"), () => (this.running ? this.pause() : start()))
    status.setAttribute("aria-live", "polite")
  }

  get running() {
    return this.frame !== 0
  }

  /** Calls `step` in every frame, with performance.now(), until it returns false.
   * @param {(now: number) => boolean} step */
  run(step) {
    const tick = (/** @type {number} */ now) => {
      if (step(now)) this.frame = requestAnimationFrame(tick)
      else this.pause()
    }
    this.button.textContent = _("Pause")
    this.status.setAttribute("aria-live", "off")
    this.frame = requestAnimationFrame(tick)
  }

  pause() {
    if (!this.running) return
    cancelAnimationFrame(this.frame)
    this.frame = 0
    this.button.textContent = _("Play")
    this.status.setAttribute("aria-live", "polite")
  }
}
