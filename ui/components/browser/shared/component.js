// Code that every browser part needs: the type of Streamlit's call, and one object per part that is kept between calls.

/** The argument of a part's function, each time Python shows the part. `data` is what Python sent.
 * @template Data
 * @typedef {object} Component
 * @property {Data} data
 * @property {HTMLElement | ShadowRoot} parentElement
 * @property {(name: string, value: unknown) => void} setStateValue - sends a value that stays
 * @property {(name: string, value: unknown) => void} setTriggerValue - sends a value for one run of the page
 */

/** The default export of a part's component.js. It may return a function that is called when the part is removed.
 * @template Data
 * @typedef {(component: Component<Data>) => void | (() => void)} Part
 */

/** The element that a part fills.
 * @param {{ parentElement: ParentNode }} component
 * @returns {HTMLElement} */
export function rootOf({ parentElement }) {
  const root = parentElement.querySelector(".root")
  if (!(root instanceof HTMLElement)) throw new Error("The component has no element with the class root.")
  return root
}

/** A function that returns what `create` made for an element, and calls `create` only the first time.
 * @template Made
 * @template {unknown[]} More
 * @param {(root: HTMLElement, ...more: More) => Made} create
 * @returns {(root: HTMLElement, ...more: More) => Made} */
export function oncePerRoot(create) {
  /** @type {WeakMap<HTMLElement, Made>} */
  const made = new WeakMap()
  return (root, ...more) => {
    const known = made.get(root)
    if (known !== undefined) return known
    const fresh = create(root, ...more)
    made.set(root, fresh)
    return fresh
  }
}
