// What may break a house rule, by name and with the reason. An entry that is no longer needed fails the check, and a number
// is a ratchet: the file may get shorter, never longer.

/** Files above 300 lines: path -> lines at most. 400 is the end for everybody. */
export const long_files = {}

/** Functions above 70 lines: "path name" -> lines at most. The central loops of parsers belong here. */
export const long_functions = {}

/** Files under src without a test of their own: path -> where they are tested instead. Files of types only need no entry. */
export const no_test = {
  'src/shared/index_entry.ts': 'a constant and an empty record; test/shared/subject_index_test.ts fills it',
  'src/shared/index_layout.ts':
    'numbers only; a wrong one fails test/shared/subject_index_test.ts and index_repair_test.ts',
  'src/shared/index_match.ts': 'half of SubjectIndex: test/shared/subject_index_test.ts, against a naive match',
  'src/shared/index_memory.ts': 'half of SubjectIndex: test/shared/subject_index_test.ts (churn, full memory)',
  'src/shared/index_reader.ts': 'half of SubjectIndex: test/shared/subject_index_test.ts and concurrent_test.ts',
  'src/shared/index_tree.ts': 'half of SubjectIndex: test/shared/subject_index_test.ts and index_repair_test.ts',
  'src/bench/load_connection.ts': 'needs a server: test/bench/load_process_test.ts',
  'src/bench/timed_load.ts': 'needs a server: test/bench/load_process_test.ts',
  'src/cluster/cluster_port.ts':
    'joins listener, supervisor and INFO, each tested alone: test/server/01_mesh_test.ts, test/cluster_process',
  'src/config/exchange_items.ts': 'halves of both lists: test/config/import_options_test.ts and export_options_test.ts',
  'src/connection/message_trace.ts': 'what tracing.ts writes into: test/connection/tracing_test.ts',
  'src/connection/own_kind_link.ts':
    'joins silence_watch and interest_audit: test/connection/route_own_kind_test.ts and interest_audit_test.ts',
  'src/connection/publish_judge.ts': 'a part of the publisher: test/connection/publisher_test.ts and hook_gate_test.ts',
  'src/connection/subscriber.ts': 'the half of a client that subscribes: test/connection/client_test.ts',
  'src/claims/callout_service.ts': 'needs a service: test/server/22_auth_callout_test.ts',
  'src/claims/claims_desk.ts': 'joins who serves and who looks: test/server/21_accounts_that_change_test.ts',
  'src/monitor/http_answer.ts': 'records and their makers: test/monitor/http_test.ts',
  'src/monitor/endpoints.ts': 'test/monitor/http_test.ts asks every one',
  'src/connect.ts': 'needs a server: test/embedding/embedded_server_test.ts',
  'src/monitor/monitors.ts':
    'a part of the composition: test/server/24_monitoring_test.ts, and without a port test/embedding/embedded_server_test.ts',
  'src/monitor/start_monitor.ts': 'a part of the composition: test/server/24_monitoring_test.ts',
  'src/monitor/system_desk.ts': 'joins what answers and what tells: test/server/19_system_account_test.ts',
  'src/review/effective_auth.ts': 'a part of effective.ts: test/review/effective_test.ts, where every block goes round',
  'src/review/effective_exchange.ts': 'a part of effective.ts: test/review/effective_test.ts',
  'src/review/effective_blocks.ts': 'a part of effective.ts: test/review/effective_test.ts',
  'src/review/effective_tls.ts': 'a part of effective.ts: test/review/effective_test.ts',
  'src/review/effective_operator.ts': 'a part of effective.ts: test/review/effective_test.ts',
  'src/review/effective_proxies.ts': 'a part of effective.ts: test/review/effective_test.ts',
  'src/review/judged.ts': 'what the judges share: test/review/check_listeners_test.ts and check_certificates_test.ts',
  ...in_a_browser(
    ...['app', 'chart', 'connections_list', 'element', 'events_panel', 'members_table', 'nats_socket'],
    ...['page_table', 'paged_list', 'picture', 'picture_link', 'picture_member', 'rates_panel', 'routes_table'],
    ...[
      'server_data',
      'subject_box',
      'subscriptions_list',
      'summary',
      'table',
      'theme',
      'watch_panel',
      'workers_table',
    ],
  ),
  'src/local_mesh/local_mesh.ts': 'starts processes: test/cluster_process/05_local_mesh_test.ts',
  'src/local_mesh/run_mesh.ts': 'starts processes: test/cluster_process/05_local_mesh_test.ts',
  'src/local_mesh/mesh_error.ts': 'an error without a rule: test/local_mesh/free_ports_test.ts',
  'src/reloader.ts': 'a part of the composition: test/server/20_reload_test.ts',
  'src/supervisor_mail.ts': 'a part of the composition: test/server',
  'src/server_start.ts': 'types, and an error without a rule: test/server',
  'src/server.ts': 'the composition of the whole: test/server',
  'src/thread/client_desk.ts':
    'needs sockets: test/server/13_client_tls_test.ts; in plain text test/connection/client_test.ts',
  'src/thread/client_tls.ts': 'needs handshakes: test/server/13_client_tls_test.ts and 14_websocket_test.ts',
  'src/thread/websocket_desk.ts': 'needs sockets: test/server/14_websocket_test.ts',
  'src/thread/doors.ts': 'joins the ports of clients: test/server/03_addresses_test.ts and 14_websocket_test.ts',
  'src/thread/client_port.ts': 'joins listener and crew: test/server (03_addresses, 09_worker_death reopens it)',
  'src/thread/connection_thread.ts': 'the root of a thread: test/server',
  'src/thread/crew.ts': 'starts and replaces workers: test/server/09_worker_death_test.ts',
  'src/thread/residents.ts':
    'puts together: test/connection/own_messages_test.ts, service_requests_test.ts and system_requests_test.ts',
  'src/thread/route_desk.ts':
    'test/thread/socket_desk_test.ts and test/connection/route_test.ts; over TLS test/server/12_tls_mesh_test.ts',
  'src/thread/tls_desk.ts': 'handshakes are in test/net, the rest needs servers: test/server/12_tls_mesh_test.ts',
  'src/thread/worker_main.ts': 'the root of a worker: test/server/04_rules_across_threads_test.ts',
  'src/thread/worker_api.ts': 'what the supervisor asks a thread: test/server',
}

/** Source files that no other file imports: path -> who starts them. Entries of the bundle need no entry. */
export const not_imported = {
  'src/page/app.ts': 'the page itself: build.mjs',
  'src/page/no_nkeys.ts': 'stands for a package in the bundle of the page: build.mjs',
}

/** Files of the page that draw. */
function in_a_browser(...names) {
  return Object.fromEntries(names.map((name) => [`src/page/${name}.ts`, 'needs a browser: scripts/page_test.mjs']))
}
