// Elements in one expression, and changes that touch the document only where something is different.

type Attributes = Readonly<Record<string, string | number | boolean | null | undefined>>
type Child = Node | string

const SVG = 'http://www.w3.org/2000/svg'

/** An HTML element. False, null and undefined attributes are left out, true ones are empty. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name)
  set_attributes(made, attributes)
  made.append(...children)
  return made
}

export function svg_element<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[Name] {
  const made = document.createElementNS(SVG, name) as SVGElementTagNameMap[Name]
  set_attributes(made, attributes)
  made.append(...children)
  return made
}

export function set_attributes(target: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) target.removeAttribute(name)
    else if (target.getAttribute(name) !== String(value === true ? '' : value)) {
      target.setAttribute(name, String(value === true ? '' : value))
    }
  }
}

export function set_text(target: Element, text: string): void {
  if (target.textContent !== text) target.textContent = text
}

/** The element of the page with that id. */
export function by_id<Kind extends HTMLElement = HTMLElement>(id: string): Kind {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`The page has no element ${id}`)
  return found as Kind
}

/** Brings the children to that order, moving only what is elsewhere, so that focus and selection stay. */
export function set_children(parent: Element, children: readonly Element[]): void {
  for (const [i, child] of children.entries()) {
    if (parent.children[i] !== child) parent.insertBefore(child, parent.children[i] ?? null)
  }
  while (parent.children.length > children.length) parent.lastElementChild?.remove()
}

/** Of a keyed list: what is there stays, what is new is made, what is gone is removed. */
export class Keyed<Made extends { readonly root: Element }> {
  #parent: Element
  #make: (key: string) => Made
  #made = new Map<string, Made>()

  constructor(parent: Element, make: (key: string) => Made) {
    this.#parent = parent
    this.#make = make
  }

  /** Those of the keys, in their order. */
  take(keys: readonly string[]): Made[] {
    const wanted = new Set(keys)
    for (const key of this.#made.keys()) if (!wanted.has(key)) this.#made.delete(key)
    const all = keys.map((key) => {
      const made = this.#made.get(key) ?? this.#make(key)
      this.#made.set(key, made)
      return made
    })
    set_children(this.#parent, all.map(({ root }) => root))
    return all
  }
}
