// Arrow keys.

/** @type {Record<string, [number, number]>} */
const DIRECTIONS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }

/** [rows down, columns to the right] that an arrow key moves; undefined for other keys.
 * @param {KeyboardEvent} event
 * @returns {[number, number] | undefined} */
export const arrowDirection = (event) => DIRECTIONS[event.key]

/** @param {KeyboardEvent} event */
export const hasModifier = (event) => event.ctrlKey || event.altKey || event.metaKey
