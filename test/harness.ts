// Every suite of this project is made here: uvu has no timeouts, so each test gets one.
import { suite as uvu_suite, type Test } from 'uvu'

/** A uvu suite whose tests fail after timeout_ms. Call run() at the end of the file. */
export function suite(name: string, timeout_ms = 10_000): Test {
  const tests = uvu_suite(name)
  const limited = (title: string, body: (context: any) => unknown, own_ms = timeout_ms) =>
    tests(title, async (context) => {
      let timer: ReturnType<typeof setTimeout> | undefined
      const late = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`No end within ${own_ms} ms: ${name}, ${title}`)), own_ms)
      })
      try {
        await Promise.race([body(context), late])
      } finally {
        clearTimeout(timer)
      }
    })
  return Object.assign(limited, { ...tests, run: tests.run }) as unknown as Test
}
