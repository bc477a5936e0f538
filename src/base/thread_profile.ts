// What the calling thread spends its time or its memory on, as the developer tools of Chromium and VS Code open it.

import type { Clock } from './clock.ts'

export type ProfileKind = 'cpu' | 'heap'

/** Bytes between two samples of the heap. */
const HEAP_SAMPLING_BYTES = 32 * 1024

/**
 * JSON of a .cpuprofile, or of a .heapprofile (samples of what was allocated and is still there), over `ms`. Rejects where the
 * runtime has no inspector, and while another one of the kind is taken.
 */
export async function take_profile(kind: ProfileKind, ms: number, clock: Clock): Promise<string> {
  // Loaded when it is asked for: hardly any process ever is.
  const { Session } = await import('node:inspector/promises')
  const session = new Session()
  session.connect()
  const passed = () => new Promise<void>((resolve) => clock.after(ms, resolve))
  try {
    if (kind === 'cpu') {
      await session.post('Profiler.enable')
      await session.post('Profiler.start')
      await passed()
      return JSON.stringify((await session.post('Profiler.stop')).profile)
    }
    await session.post('HeapProfiler.enable')
    await session.post('HeapProfiler.startSampling', { samplingInterval: HEAP_SAMPLING_BYTES })
    await passed()
    return JSON.stringify((await session.post('HeapProfiler.stopSampling')).profile)
  } finally {
    session.disconnect()
  }
}
