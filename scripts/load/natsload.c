// natsload: raw-socket load generator for servers that speak the NATS protocol. One thread, epoll, Linux.
// Prints one line of JSON: throughput, processor time of the server per message, latency percentiles.
//
//   --mode tput    P publishers send N messages each, S subscribers count them (default)
//   --mode lat     R messages per second for some seconds; the payload carries the time of sending
//   --mode rtt     N requests, one after the other, each answered by a second connection
//   --mode subs    N SUBs on one connection, until the PONG behind them
//   --mode churn   the same, each followed by the UNSUB of the one 1000 before
//   --mode conns   N connections with a full handshake and one SUB each
//
// Flags: --addr, --pub-addr, --sub-addr HOST:PORT[,...]  --pubs P  --subs S  --msgs N  --size BYTES  --subject S  --sub-subject S
//   --subjects K  --queue NAME  --headers  --extra-subs N  --churn-rate R  --rate R  --dur SECONDS  --settle MS
//   --timeout SECONDS  --buf BYTES  --pid PID[,...] (whose processor time and memory are counted)  --name TEXT
// Exit code: 0; 1 messages were lost; 2 usage or set-up; 3 the server cut a connection.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { ADDRESSES_MAX = 16, READ_BYTES = 1 << 18, LATENCIES_MAX = 20000000 };
typedef unsigned long long Count;

typedef struct {
  char host[64];
  int port;
} Address;

typedef struct {
  Address address[ADDRESSES_MAX];
  int count;
} Addresses;

static struct {
  const char *mode, *name, *subject, *queue;
  char sub_subject[256];
  Addresses pub, sub;
  int pubs, subs, subjects, settle_ms, extra_subs, buffer_bytes;
  Count msgs;
  size_t size;
  double rate, seconds, timeout, churn_rate;
  bool headers;
  int pids[ADDRESSES_MAX], pid_count;
} options = {
    .mode = "tput", .name = "", .subject = "bench.subject", .queue = "", .pubs = 1, .subs = 1, .subjects = 1,
    .settle_ms = 300, .buffer_bytes = 65536, .msgs = 1000000, .size = 16, .rate = 10000, .seconds = 5, .timeout = 60,
};

typedef struct {
  int fd;
  bool is_publisher;
  // Publisher: a batch of ready messages, written again and again.
  char *batch;
  size_t batch_bytes, written;
  Count batch_msgs, msgs_left;
  // Subscriber: how far the stream is read. payload_left is 0 while a line is read.
  Count got;
  char line[4096];
  size_t line_bytes, payload_left;
  // The first eight bytes of a payload, where the time of sending is.
  char stamp[8];
  size_t stamp_bytes;
} Connection;

// ---- time, errors, what the server uses

static uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000ull + (uint64_t)t.tv_nsec;
}

static double now(void) { return (double)now_ns() * 1e-9; }

static void die(const char *what) {
  fprintf(stderr, "natsload: %s (%s)\n", what, strerror(errno));
  exit(2);
}

static void *allocate(size_t bytes) {
  void *memory = calloc(1, bytes);
  if (!memory) die("no memory");
  return memory;
}

typedef struct {
  double user, system, total;
} Cpu;

/** Processor seconds of all --pid so far. */
static Cpu cpu_used(void) {
  Cpu cpu = {0};
  const double ticks = (double)sysconf(_SC_CLK_TCK);
  for (int i = 0; i < options.pid_count; i++) {
    char path[64], text[4096];
    snprintf(path, sizeof path, "/proc/%d/stat", options.pids[i]);
    FILE *file = fopen(path, "r");
    if (!file) continue;
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    // The name of the program may hold blanks and brackets: what counts begins behind the last bracket.
    const char *rest = strrchr(text, ')');
    unsigned long user, system;
    if (!rest || sscanf(rest + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system) != 2) continue;
    cpu.user += (double)user / ticks;
    cpu.system += (double)system / ticks;
  }
  cpu.total = cpu.user + cpu.system;
  return cpu;
}

/** Processor seconds of this program so far. */
static double own_cpu_used(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

/** Resident memory of all --pid, in KiB. */
static long rss_kb(void) {
  long sum = 0;
  for (int i = 0; i < options.pid_count; i++) {
    char path[64], line[256];
    long value = 0;
    snprintf(path, sizeof path, "/proc/%d/status", options.pids[i]);
    FILE *file = fopen(path, "r");
    if (!file) continue;
    while (fgets(line, sizeof line, file) && sscanf(line, "VmRSS: %ld", &value) != 1) {}
    fclose(file);
    sum += value;
  }
  return sum;
}

/** Microseconds of processor per piece of work; 0 without --pid. */
static double cpu_us_each(Cpu before, Count work) {
  return options.pid_count && work ? (cpu_used().total - before.total) * 1e6 / (double)work : 0;
}

// ---- latencies

static uint64_t *latencies;
static size_t latency_count;

static void add_latency(uint64_t ns) {
  if (latency_count < LATENCIES_MAX) latencies[latency_count++] = ns;
}

static int compare_ns(const void *a, const void *b) {
  const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return x < y ? -1 : x > y;
}

/** The latency, in microseconds, below which share (in thousandths) of the sorted ones are. */
static double latency_us(size_t share) {
  if (latency_count == 0) return 0;
  const size_t at = latency_count * share / 1000;
  return (double)latencies[at < latency_count ? at : latency_count - 1] / 1e3;
}

static void print_latencies(void) {
  printf("\"p50_us\":%.1f,\"p90_us\":%.1f,\"p99_us\":%.1f,\"p999_us\":%.1f,\"max_us\":%.1f", latency_us(500), latency_us(900),
         latency_us(990), latency_us(999), latency_us(1000));
}

// ---- one connection

static int dial(Address to) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)to.port)};
  if (inet_pton(AF_INET, to.host, &address.sin_addr) != 1) die("not an IPv4 address");
  const int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
  if (fd < 0 || connect(fd, (void *)&address, sizeof address)) die("connect");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return fd;
}

/** Writes all of it, also to a socket that does not block. */
static void write_all(int fd, const char *bytes, size_t count) {
  while (count) {
    const ssize_t done = write(fd, bytes, count);
    if (done < 0 && errno == EAGAIN) usleep(100);
    else if (done < 0) die("write");
    else bytes += done, count -= (size_t)done;
  }
}

/** Reads lines, byte by byte, until one begins with prefix. */
static void expect_line(int fd, const char *prefix) {
  char line[65536], byte;
  size_t count = 0;
  for (;;) {
    if (read(fd, &byte, 1) <= 0) die("closed in handshake");
    if (byte != '\n') {
      if (count < sizeof line - 1) line[count++] = byte;
      continue;
    }
    line[count] = 0;
    if (!strncmp(line, prefix, strlen(prefix))) return;
    if (!strncmp(line, "-ERR", 4)) {
      fprintf(stderr, "server: %s\n", line);
      exit(2);
    }
    count = 0;
  }
}

static void ping_pong(int fd) {
  write_all(fd, "PING\r\n", 6);
  expect_line(fd, "PONG");
}

static void handshake(int fd) {
  static const char connect_line[] = "CONNECT {\"verbose\":false,\"pedantic\":false,\"lang\":\"c\",\"version\":\"1\",\"protocol\":1,"
                                     "\"headers\":true,\"no_responders\":true,\"echo\":true}\r\n";
  expect_line(fd, "INFO");
  write_all(fd, connect_line, sizeof connect_line - 1);
  ping_pong(fd);
}

/** Writes one PUB or HPUB to out, which has size + 700 bytes at least, and returns its length. */
static size_t format_publish(char *out, const char *subject, Count number, const char *reply) {
  static const char headers[] = "NATS/1.0\r\nk: v\r\n\r\n";
  const size_t header_bytes = sizeof headers - 1;
  int at = sprintf(out, "%s %s", options.headers ? "HPUB" : "PUB", subject);
  if (options.subjects > 1) at += sprintf(out + at, ".%llu", number % (Count)options.subjects);
  if (reply) at += sprintf(out + at, " %s", reply);
  if (options.headers) at += sprintf(out + at, " %zu %zu\r\n%s", header_bytes, header_bytes + options.size, headers);
  else at += sprintf(out + at, " %zu\r\n", options.size);
  memset(out + at, 'x', options.size);
  memcpy(out + at + options.size, "\r\n", 2);
  return (size_t)at + options.size + 2;
}

/** Takes one whole line of a subscriber's stream. */
static void take_line(Connection *c) {
  c->line[c->line_bytes] = 0;
  if (c->line[0] == 'M' || c->line[0] == 'H') {
    // The size is the last word.
    const char *last = strrchr(c->line, ' ');
    c->payload_left = strtoul(last ? last + 1 : "", NULL, 10) + 2;
    c->stamp_bytes = 0;
  } else if (!strncmp(c->line, "PING", 4)) {
    write_all(c->fd, "PONG\r\n", 6);
  } else if (c->line[0] == '-') {
    fprintf(stderr, "server: %s", c->line);
    if (strstr(c->line, "Slow") || strstr(c->line, "Violation")) exit(3);
  }
  c->line_bytes = 0;
}

/** Reads a subscriber's stream on: counts MSG and HMSG, and takes latencies from the payloads if they are timed. */
static void feed(Connection *c, const char *bytes, size_t count, bool timed) {
  size_t i = 0;
  while (i < count) {
    if (c->payload_left == 0) {
      const char *end = memchr(bytes + i, '\n', count - i);
      const size_t part = end ? (size_t)(end - (bytes + i)) + 1 : count - i;
      if (c->line_bytes + part >= sizeof c->line) die("line too long");
      memcpy(c->line + c->line_bytes, bytes + i, part);
      c->line_bytes += part;
      i += part;
      if (end) take_line(c);
      continue;
    }
    const size_t part = count - i < c->payload_left ? count - i : c->payload_left;
    if (timed && c->stamp_bytes < sizeof c->stamp) {
      const size_t missing = sizeof c->stamp - c->stamp_bytes, take = missing < part ? missing : part;
      memcpy(c->stamp + c->stamp_bytes, bytes + i, take);
      c->stamp_bytes += take;
    }
    i += part;
    c->payload_left -= part;
    if (c->payload_left) continue;
    c->got++;
    if (timed) {
      uint64_t sent;
      memcpy(&sent, c->stamp, sizeof sent);
      add_latency(now_ns() - sent);
    }
  }
}

/** SUBs to subjects nobody publishes, so that the index of the server is not empty. */
static void subscribe_extra(int fd, int connection) {
  char *text = allocate((size_t)options.extra_subs * 64);
  size_t count = 0;
  for (int i = 0; i < options.extra_subs; i++) count += (size_t)sprintf(text + count, "SUB other.%d.%d.> %d\r\n", connection, i, i + 2);
  write_all(fd, text, count);
  free(text);
}

/** Opens publishers first, then subscribers, subscribed to subject; waits --settle. */
static Connection *open_connections(const char *subject) {
  const int all = options.pubs + options.subs;
  Connection *connections = allocate((size_t)all * sizeof *connections);
  for (int i = 0; i < all; i++) {
    Connection *c = &connections[i];
    c->is_publisher = i < options.pubs;
    c->fd = dial(c->is_publisher ? options.pub.address[i % options.pub.count]
                                 : options.sub.address[(i - options.pubs) % options.sub.count]);
    handshake(c->fd);
  }
  for (int i = options.pubs; i < all; i++) {
    char text[700];
    const int count = snprintf(text, sizeof text, "SUB %s %s%s1\r\n", subject, options.queue, options.queue[0] ? " " : "");
    write_all(connections[i].fd, text, (size_t)count);
    if (options.extra_subs) subscribe_extra(connections[i].fd, i);
    ping_pong(connections[i].fd);
  }
  return connections;
}

static void settle(void) { usleep((useconds_t)options.settle_ms * 1000); }

// ---- --mode subs, churn

static int run_subscribe(void) {
  const bool churn = !strcmp(options.mode, "churn");
  const int fd = dial(options.pub.address[0]);
  handshake(fd);
  char *text = allocate((size_t)options.msgs * 80);
  size_t count = 0;
  for (Count i = 0; i < options.msgs; i++) {
    count += (size_t)sprintf(text + count, "SUB load.%llu.%llu.x %llu\r\n", i % 1000, i, i + 10);
    if (churn && i >= 1000) count += (size_t)sprintf(text + count, "UNSUB %llu\r\n", i - 1000 + 10);
  }
  const Cpu before = cpu_used();
  const long memory = rss_kb();
  const double began = now();
  write_all(fd, text, count);
  ping_pong(fd);
  const double seconds = now() - began, each = (double)options.msgs;
  const double cpu = cpu_us_each(before, options.msgs);
  printf("{\"name\":\"%s\",\"mode\":\"%s\",\"n\":%llu,\"sec\":%.3f,\"rate\":%.0f,\"cpu_us\":%.3f,\"bytes_per_sub\":%.0f,"
         "\"rss_mb\":%.1f}\n",
         options.name, options.mode, options.msgs, seconds, each / seconds, cpu, (double)(rss_kb() - memory) * 1024 / each,
         (double)rss_kb() / 1024);
  return 0;
}

// ---- --mode conns

static int run_connections(void) {
  int *fds = allocate((size_t)options.msgs * sizeof *fds);
  const Cpu before = cpu_used();
  const long memory = rss_kb();
  const double began = now();
  for (Count i = 0; i < options.msgs; i++) fds[i] = dial(options.pub.address[i % (Count)options.pub.count]);
  for (Count i = 0; i < options.msgs; i++) {
    char text[64];
    handshake(fds[i]);
    write_all(fds[i], text, (size_t)sprintf(text, "SUB conn.%llu 1\r\n", i));
  }
  ping_pong(fds[options.msgs - 1]);
  const double seconds = now() - began, each = (double)options.msgs;
  const double cpu = cpu_us_each(before, options.msgs);
  // What the server frees or allocates after the handshakes belongs to the figure of an idle connection.
  usleep(500000);
  printf("{\"name\":\"%s\",\"mode\":\"conns\",\"n\":%llu,\"sec\":%.3f,\"rate\":%.0f,\"cpu_us\":%.1f,\"bytes_per_conn\":%.0f,"
         "\"rss_mb\":%.1f}\n",
         options.name, options.msgs, seconds, each / seconds, cpu, (double)(rss_kb() - memory) * 1024 / each,
         (double)rss_kb() / 1024);
  return 0;
}

// ---- --mode rtt

/** Reads from a blocking connection until one more message is there. */
static void await_message(Connection *c, char *buffer) {
  const Count before = c->got;
  while (c->got == before) {
    const ssize_t count = read(c->fd, buffer, READ_BYTES);
    if (count <= 0) die("read");
    feed(c, buffer, (size_t)count, false);
  }
}

static int run_round_trips(void) {
  static const char inbox[] = "_INBOX.natsload.1";
  // The asker publishes to one subject and the answerer takes just that one; more connections would only wait.
  options.subjects = 1;
  Connection *connections = open_connections(options.subject);
  Connection *asker = &connections[0], *answerer = &connections[options.pubs];
  write_all(asker->fd, "SUB _INBOX.natsload.1 1\r\n", 25);
  ping_pong(asker->fd);
  settle();
  char *request = allocate(options.size + 700), *reply = allocate(options.size + 700), *buffer = allocate(READ_BYTES);
  const size_t request_bytes = format_publish(request, options.subject, 0, inbox);
  const size_t reply_bytes = format_publish(reply, inbox, 0, NULL);
  const Cpu before = cpu_used();
  const double own_before = own_cpu_used();
  const double began = now();
  for (Count i = 0; i < options.msgs && now() - began < options.timeout; i++) {
    const uint64_t asked = now_ns();
    write_all(asker->fd, request, request_bytes);
    await_message(answerer, buffer);
    write_all(answerer->fd, reply, reply_bytes);
    await_message(asker, buffer);
    add_latency(now_ns() - asked);
  }
  const double seconds = now() - began, cpu = cpu_us_each(before, latency_count), load_cpu = own_cpu_used() - own_before;
  qsort(latencies, latency_count, sizeof *latencies, compare_ns);
  printf("{\"name\":\"%s\",\"mode\":\"rtt\",\"n\":%zu,\"rps\":%.0f,", options.name, latency_count, (double)latency_count / seconds);
  print_latencies();
  printf(",\"cpu_us_per_req\":%.3f,\"load_cpu_sec\":%.3f}\n", cpu, load_cpu);
  return 0;
}

// ---- what --mode tput and lat share: the loop around epoll

typedef struct {
  Connection *connections;
  int epoll;
  char *buffer;
  // Messages the subscribers have; PONGs the publishers have; publishers that still write.
  Count got, pongs;
  int writing;
  double began, last_message;
  // --churn-rate: one more connection that subscribes and unsubscribes.
  int churner;
  Count churned;
} Load;

static void watch(Load *load, Connection *c, int operation, uint32_t events) {
  struct epoll_event event = {.events = events, .data.u32 = (uint32_t)(c - load->connections)};
  if (epoll_ctl(load->epoll, operation, c->fd, &event)) die("epoll_ctl");
}

static void open_load(Load *load, bool publishers_wait) {
  load->connections = open_connections(options.sub_subject);
  settle();
  load->epoll = epoll_create1(0);
  load->buffer = allocate(READ_BYTES);
  load->writing = options.pubs;
  load->churner = -1;
  if (options.churn_rate > 0) {
    load->churner = dial(options.pub.address[0]);
    handshake(load->churner);
  }
  for (int i = 0; i < options.pubs + options.subs; i++) {
    Connection *c = &load->connections[i];
    fcntl(c->fd, F_SETFL, fcntl(c->fd, F_GETFL) | O_NONBLOCK);
    watch(load, c, EPOLL_CTL_ADD, EPOLLIN | (c->is_publisher && publishers_wait ? EPOLLOUT : 0));
  }
}

static void churn(Load *load) {
  if (load->churner < 0) return;
  const Count due = (Count)((now() - load->began) * options.churn_rate);
  for (int i = 0; load->churned < due && i < 64; i++, load->churned++) {
    char text[128];
    const Count sid = load->churned + 1;
    write_all(load->churner, text, (size_t)sprintf(text, "SUB churn.%llu %llu\r\nUNSUB %llu\r\n", load->churned, sid, sid));
  }
  char ignored[4096];
  while (recv(load->churner, ignored, sizeof ignored, MSG_DONTWAIT) > 0) {}
}

static void take_publisher_input(Load *load, Connection *c, size_t count) {
  const char *bytes = load->buffer;
  for (size_t i = 0; i + 3 < count; i++) load->pongs += !memcmp(bytes + i, "PONG", 4);
  if (memmem(bytes, count, "PING\r\n", 6)) write_all(c->fd, "PONG\r\n", 6);
  if (memmem(bytes, count, "-ERR", 4)) fwrite(bytes, 1, count > 200 ? 200 : count, stderr);
}

/** Reads what is there, four buffers at most, so that no connection keeps the others waiting. */
static void read_some(Load *load, Connection *c, bool timed) {
  for (int i = 0; i < 4; i++) {
    const ssize_t count = read(c->fd, load->buffer, READ_BYTES);
    if (count == 0) {
      fprintf(stderr, "conn %d closed by server\n", (int)(c - load->connections));
      exit(3);
    }
    if (count < 0 && errno == EAGAIN) return;
    if (count < 0) die("read");
    if (c->is_publisher) {
      take_publisher_input(load, c, (size_t)count);
    } else {
      const Count before = c->got;
      feed(c, load->buffer, (size_t)count, timed);
      load->got += c->got - before;
      load->last_message = now();
    }
    if (count < READ_BYTES) return;
  }
}

// ---- --mode lat

static int run_latency(void) {
  if (options.size < 8) {
    fprintf(stderr, "natsload: --mode lat needs --size 8 at least\n");
    return 2;
  }
  Load load = {0};
  open_load(&load, false);
  char *message = allocate(options.size + 700);
  struct epoll_event events[256];
  Count sent = 0;
  const Cpu before = cpu_used();
  const double own_before = own_cpu_used();
  load.began = now();
  for (;;) {
    const double passed = now() - load.began;
    if (passed > options.timeout || passed > options.seconds + 1) break;
    const Count due = passed < options.seconds ? (Count)(passed * options.rate) : sent;
    for (int i = 0; sent < due && i < 64; i++, sent++) {
      const size_t count = format_publish(message, options.subject, sent, NULL);
      const uint64_t stamp = now_ns();
      memcpy(message + count - 2 - options.size, &stamp, sizeof stamp);
      write_all(load.connections[sent % (Count)options.pubs].fd, message, count);
    }
    churn(&load);
    const int ready = epoll_wait(load.epoll, events, 256, 0);
    for (int i = 0; i < ready; i++) read_some(&load, &load.connections[events[i].data.u32], true);
  }
  const double cpu = cpu_us_each(before, sent), load_cpu = own_cpu_used() - own_before;
  qsort(latencies, latency_count, sizeof *latencies, compare_ns);
  printf("{\"name\":\"%s\",\"mode\":\"lat\",\"rate\":%.0f,\"sent\":%llu,\"got\":%llu,", options.name, options.rate, sent, load.got);
  print_latencies();
  printf(",\"cpu_us_per_msg\":%.3f,\"load_cpu_sec\":%.3f}\n", cpu, load_cpu);
  return 0;
}

// ---- --mode tput

static void fill_batch(Connection *c) {
  c->batch_bytes = 0;
  for (Count i = 0; i < c->batch_msgs; i++) c->batch_bytes += format_publish(c->batch + c->batch_bytes, options.subject, i, NULL);
}

/** Every publisher gets about --buf bytes of messages; with several subjects, whole turns of them. */
static void make_batches(Load *load) {
  Count each = (Count)options.buffer_bytes / (options.size + 30);
  if (each < 1) each = 1;
  if (options.subjects > 1 && each > (Count)options.subjects) each = each / (Count)options.subjects * (Count)options.subjects;
  if (each > options.msgs) each = options.msgs;
  for (int i = 0; i < options.pubs; i++) {
    Connection *c = &load->connections[i];
    c->batch = allocate((size_t)(each + 1) * (options.size + 700));
    c->batch_msgs = each;
    c->msgs_left = options.msgs;
    fill_batch(c);
  }
}

/** One batch is out: the next, a shorter one, or the closing PING. Returns false when the publisher is done. */
static bool next_batch(Load *load, Connection *c) {
  c->written = 0;
  c->msgs_left -= c->batch_msgs;
  if (c->msgs_left == 0) {
    write_all(c->fd, "PING\r\n", 6);
    watch(load, c, EPOLL_CTL_MOD, EPOLLIN);
    load->writing--;
    return false;
  }
  if (c->msgs_left < c->batch_msgs) {
    c->batch_msgs = c->msgs_left;
    fill_batch(c);
  }
  return true;
}

static void write_some(Load *load, Connection *c) {
  for (int i = 0; i < 2; i++) {
    if (c->written == c->batch_bytes && !next_batch(load, c)) return;
    const ssize_t count = write(c->fd, c->batch + c->written, c->batch_bytes - c->written);
    if (count < 0 && errno == EAGAIN) return;
    if (count < 0) die("write");
    c->written += (size_t)count;
    if (c->written < c->batch_bytes) return;
  }
}

static int print_throughput(const Load *load, Count expected, Cpu before, double own_before) {
  const double seconds = load->last_message - load->began;
  const Count published = (Count)options.pubs * options.msgs, work = options.subs ? load->got : published;
  const Cpu after = cpu_used();
  const bool lost = options.subs && load->got < expected;
  Count sent = 0;
  for (int i = 0; i < options.pubs; i++) sent += options.msgs - load->connections[i].msgs_left;
  printf("{\"name\":\"%s\",\"mode\":\"tput\",\"pubs\":%d,\"subs\":%d,\"size\":%zu,\"sent\":%llu,\"got\":%llu,\"expect\":%llu,"
         "\"sec\":%.3f,\"pub_rate\":%.0f,\"deliver_rate\":%.0f,\"cpu_us_per_msg\":%.3f,\"cpu_user\":%.2f,\"cpu_sys\":%.2f,"
         "\"load_cpu_sec\":%.3f,\"rss_mb\":%.1f%s}\n",
         options.name, options.pubs, options.subs, options.size, sent, load->got, options.subs ? expected : 0, seconds,
         (double)published / seconds, (double)work / seconds,
         options.pid_count && work ? (after.total - before.total) * 1e6 / (double)work : 0, after.user - before.user,
         after.system - before.system, own_cpu_used() - own_before, (double)rss_kb() / 1024, lost ? ",\"LOST\":true" : "");
  return lost;
}

static int run_throughput(void) {
  Load load = {0};
  open_load(&load, true);
  make_batches(&load);
  const bool once = options.queue[0] || options.subs == 0;
  const Count expected = (Count)options.pubs * options.msgs * (once ? 1 : (Count)options.subs);
  struct epoll_event events[256];
  const Cpu before = cpu_used();
  const double own_before = own_cpu_used();
  load.began = load.last_message = now();
  for (;;) {
    if (now() - load.began > options.timeout) break;
    churn(&load);
    const int ready = epoll_wait(load.epoll, events, 256, load.churner >= 0 ? 1 : 200);
    for (int i = 0; i < ready; i++) {
      Connection *c = &load.connections[events[i].data.u32];
      if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) read_some(&load, c, false);
      if ((events[i].events & EPOLLOUT) && c->is_publisher) write_some(&load, c);
    }
    if (options.subs > 0 && load.got >= expected) break;
    if (options.subs == 0 && load.writing == 0 && load.pongs >= (Count)options.pubs) {
      load.last_message = now();
      break;
    }
  }
  return print_throughput(&load, expected, before, own_before);
}

// ---- flags

static Addresses parse_addresses(const char *text) {
  Addresses found = {.count = 0};
  char *copy = strdup(text);
  for (char *part = strtok(copy, ","); part && found.count < ADDRESSES_MAX; part = strtok(NULL, ",")) {
    Address *address = &found.address[found.count++];
    char *colon = strchr(part, ':');
    if (colon) *colon = 0;
    snprintf(address->host, sizeof address->host, "%s", colon ? part : "127.0.0.1");
    address->port = atoi(colon ? colon + 1 : part);
  }
  free(copy);
  return found;
}

static void parse_pids(const char *text) {
  char *copy = strdup(text);
  for (char *part = strtok(copy, ","); part && options.pid_count < ADDRESSES_MAX; part = strtok(NULL, ",")) {
    options.pids[options.pid_count++] = atoi(part);
  }
  free(copy);
}

/** Sets the option of one flag with a value; false if there is no such flag. */
static bool set_option(const char *flag, const char *value) {
  if (!strcmp(flag, "--mode")) options.mode = value;
  else if (!strcmp(flag, "--name")) options.name = value;
  else if (!strcmp(flag, "--addr")) options.pub = options.sub = parse_addresses(value);
  else if (!strcmp(flag, "--pub-addr")) options.pub = parse_addresses(value);
  else if (!strcmp(flag, "--sub-addr")) options.sub = parse_addresses(value);
  else if (!strcmp(flag, "--pid")) parse_pids(value);
  else if (!strcmp(flag, "--pubs")) options.pubs = atoi(value);
  else if (!strcmp(flag, "--subs")) options.subs = atoi(value);
  else if (!strcmp(flag, "--msgs")) options.msgs = strtoull(value, NULL, 10);
  else if (!strcmp(flag, "--size")) options.size = strtoul(value, NULL, 10);
  else if (!strcmp(flag, "--subject")) options.subject = value;
  else if (!strcmp(flag, "--sub-subject")) snprintf(options.sub_subject, sizeof options.sub_subject, "%s", value);
  else if (!strcmp(flag, "--subjects")) options.subjects = atoi(value);
  else if (!strcmp(flag, "--queue")) options.queue = value;
  else if (!strcmp(flag, "--rate")) options.rate = atof(value);
  else if (!strcmp(flag, "--dur")) options.seconds = atof(value);
  else if (!strcmp(flag, "--settle")) options.settle_ms = atoi(value);
  else if (!strcmp(flag, "--timeout")) options.timeout = atof(value);
  else if (!strcmp(flag, "--extra-subs")) options.extra_subs = atoi(value);
  else if (!strcmp(flag, "--churn-rate")) options.churn_rate = atof(value);
  else if (!strcmp(flag, "--buf")) options.buffer_bytes = atoi(value);
  else return false;
  return true;
}

static void parse_flags(int argc, char **argv) {
  options.pub = options.sub = parse_addresses("127.0.0.1:4222");
  for (int i = 1; i < argc; i++) {
    if (!strcmp(argv[i], "--headers")) options.headers = true;
    else if (i + 1 < argc && set_option(argv[i], argv[i + 1])) i++;
    else {
      fprintf(stderr, "natsload: unknown flag, or no value: %s\n", argv[i]);
      exit(2);
    }
  }
  // Subjects and queue names are put into buffers of 700 bytes together with numbers.
  if (strlen(options.subject) > 250 || strlen(options.queue) > 250 || !options.pub.count || !options.sub.count || !options.msgs) {
    fprintf(stderr, "natsload: a name is longer than 250 bytes, or there is no address or message\n");
    exit(2);
  }
  if (!options.sub_subject[0]) {
    snprintf(options.sub_subject, sizeof options.sub_subject, "%s%s", options.subject, options.subjects > 1 ? ".*" : "");
  }
}

int main(int argc, char **argv) {
  parse_flags(argc, argv);
  const bool is_latency = !strcmp(options.mode, "lat"), is_round_trip = !strcmp(options.mode, "rtt");
  if (is_latency || is_round_trip) latencies = allocate((size_t)LATENCIES_MAX * sizeof *latencies);
  if (is_round_trip) return run_round_trips();
  if (is_latency) return run_latency();
  if (!strcmp(options.mode, "subs") || !strcmp(options.mode, "churn")) return run_subscribe();
  if (!strcmp(options.mode, "conns")) return run_connections();
  if (!strcmp(options.mode, "tput")) return run_throughput();
  fprintf(stderr, "natsload: no such mode: %s\n", options.mode);
  return 2;
}
