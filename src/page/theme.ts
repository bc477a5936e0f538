// Light or dark: as the system has it, or as somebody chose here. Only this choice is kept in the browser.
import { by_id, set_text } from './element.ts'

const CHOICES = Object.freeze(['auto', 'light', 'dark'] as const)
type Choice = typeof CHOICES[number]

const WORDS: Readonly<Record<Choice, string>> = Object.freeze({ auto: 'Auto', light: 'Light', dark: 'Dark' })
const KEY = 'onehop-theme'

/** Makes the switch work. `changed` is called when colours are other ones. */
export function start_theme(changed: () => void): void {
  const button = by_id('theme')
  let choice = CHOICES.find((each) => each === stored()) ?? 'auto'
  const show = () => {
    if (choice === 'auto') document.documentElement.removeAttribute('data-theme')
    else document.documentElement.dataset.theme = choice
    set_text(button, `Theme: ${WORDS[choice]}`)
  }
  button.addEventListener('click', () => {
    choice = CHOICES[(CHOICES.indexOf(choice) + 1) % CHOICES.length]
    store(choice)
    show()
    changed()
  })
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', changed)
  show()
}

/** A browser may refuse to keep anything. */
function stored(): string | null {
  try {
    return localStorage.getItem(KEY)
  } catch {
    return null
  }
}

function store(choice: Choice): void {
  try {
    localStorage.setItem(KEY, choice)
  } catch {
    // Then it holds until the page is closed.
  }
}

/** The value of a custom property of the style sheet, for what is drawn on a canvas. */
export function style_color(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim()
}
