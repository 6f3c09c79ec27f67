// A list of sections in the page that keeps its elements while their contents change.

/** element: makes the section, once for each `key`. fill: puts the present texts and colours into it.
 * @typedef {{ key: string, element(): HTMLElement, fill(element: HTMLElement): void }} Section */

/** Makes the children of `parent` those of the sections. Elements stay where the key is the same, so that the focus and
 * the scroll position stay.
 * @param {HTMLElement} parent
 * @param {Section[]} sections */
export function updateSections(parent, sections) {
  sections.forEach((section, at) => {
    let element = /** @type {HTMLElement | undefined} */ (parent.children[at])
    if (element?.dataset.key !== section.key) {
      const fresh = section.element()
      fresh.dataset.key = section.key
      if (element) element.replaceWith(fresh)
      else parent.append(fresh)
      element = fresh
    }
    section.fill(element)
  })
  while (parent.children.length > sections.length) parent.lastElementChild?.remove()
}
