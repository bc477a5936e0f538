// /debug/vars: the command line and what the process uses of memory (reference ops.md 5.2). The names of `memstats` that have a
// meaning here are those of Go's runtime, so that who draws them finds them.

/** `command_line` without secrets. */
export function expvar_report(command_line: readonly string[]): object {
  const { rss, heapTotal, heapUsed, external, arrayBuffers } = process.memoryUsage()
  return {
    cmdline: [...command_line],
    memstats: {
      ...{ Sys: rss, HeapSys: heapTotal, HeapAlloc: heapUsed, HeapInuse: heapUsed },
      ...{ OtherSys: external, ArrayBuffers: arrayBuffers },
    },
  }
}
