// The list of suites, as data: scripts/test.mjs runs them all, one process each; scripts/check_house.mjs compares it with the
// folder. `deno run -A test/main.ts [--no-processes]` runs them in one process.
import { fileURLToPath } from 'node:url'
import { run } from 'uvu/run'

export interface Suite {
  /** Below this folder. */
  file: string
  /** True if it starts server processes: such suites run under Node only. */
  processes: boolean
}

export const suites: Suite[] = [
  { file: 'base/bytes_test.ts', processes: false },
  { file: 'base/log_device_test.ts', processes: true },
  { file: 'base/log_line_test.ts', processes: false },
  { file: 'base/log_writer_test.ts', processes: false },
  { file: 'base/system_error_test.ts', processes: false },
  { file: 'cluster/cluster_name_test.ts', processes: false },
  { file: 'cluster/connect_urls_test.ts', processes: false },
  { file: 'cluster/dial_plan_test.ts', processes: false },
  { file: 'cluster/gossip_test.ts', processes: false },
  { file: 'cluster/membership_test.ts', processes: false },
  { file: 'cluster/route_url_test.ts', processes: false },
  { file: 'monitor/closed_ring_test.ts', processes: false },
  { file: 'monitor/connz_report_test.ts', processes: false },
  { file: 'monitor/files_test.ts', processes: false },
  { file: 'monitor/go_time_test.ts', processes: false },
  { file: 'monitor/healthz_report_test.ts', processes: false },
  { file: 'monitor/http_test.ts', processes: false },
  { file: 'monitor/parameters_test.ts', processes: false },
  { file: 'monitor/request_target_test.ts', processes: false },
  { file: 'monitor/routez_report_test.ts', processes: false },
  { file: 'monitor/subsz_report_test.ts', processes: false },
  { file: 'monitor/varz_report_test.ts', processes: false },
  { file: 'net/address_test.ts', processes: false },
  { file: 'net/listener_test.ts', processes: false },
  { file: 'net/socket_test.ts', processes: false },
  { file: 'shared/arena_test.ts', processes: false },
  { file: 'shared/concurrent_test.ts', processes: false },
  { file: 'shared/counters_test.ts', processes: false },
  { file: 'shared/doorbell_test.ts', processes: false },
  { file: 'shared/edge_table_test.ts', processes: false },
  { file: 'shared/index_growth_test.ts', processes: false },
  { file: 'shared/index_repair_test.ts', processes: false },
  { file: 'shared/index_scan_test.ts', processes: false },
  { file: 'shared/interest_log_test.ts', processes: false },
  { file: 'shared/ring_test.ts', processes: false },
  { file: 'shared/subject_index_test.ts', processes: false },
  { file: 'simulate/membership_test.ts', processes: false },
  { file: 'wire/arguments_test.ts', processes: false },
  { file: 'wire/client_parser_test.ts', processes: false },
  { file: 'wire/connect_test.ts', processes: false },
  { file: 'wire/control_line_test.ts', processes: false },
  { file: 'wire/error_line_test.ts', processes: false },
  { file: 'wire/info_test.ts', processes: false },
  { file: 'wire/json_fields_test.ts', processes: false },
  { file: 'wire/lines_test.ts', processes: false },
  { file: 'wire/message_line_test.ts', processes: false },
  { file: 'wire/op_test.ts', processes: false },
  { file: 'wire/route_parser_test.ts', processes: false },
  { file: 'wire/subject_test.ts', processes: false },
]

// Only Deno and the newest Node say which module was started; older Nodes only ever import this one.
if ((import.meta as { main?: boolean }).main) {
  const chosen = suites.filter((one) => !one.processes || !process.argv.includes('--no-processes'))
  const path_of = (file: string) => fileURLToPath(new URL(file, import.meta.url))
  // uvu puts file:/// in front of the path, so that the slash of the root is one too many.
  await run(chosen.map(({ file }) => ({ name: file, file: path_of(file).replace(/^\//, '') })))
  // A failed test may have left a thread; one process for all can not wait for it.
  process.exit(process.exitCode ?? 0)
}
