// limit: the smallest honest broker in C on one thread (exact subjects only, epoll): what one core of this machine can do at most.
// gcc -O2 -o /tmp/limit scripts/load/limit.c && /tmp/limit 4222, then natsload against it.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { READ_BYTES = 65536, PENDING_MAX = 4 << 20, SUBJECTS_MAX = 4096, SUBSCRIBERS_MAX = 256, DIRTY_MAX = 8192 };

typedef struct Client Client;

typedef struct {
  char name[128];
  size_t name_bytes;
  int count;
  // A subscriber and its ready-made "MSG <subject> <sid> ".
  struct {
    Client *client;
    char prefix[192];
    size_t prefix_bytes;
  } subscribers[SUBSCRIBERS_MAX];
} Subject;

struct Client {
  int fd;
  char in[READ_BYTES * 2];
  size_t in_bytes;
  char *out;
  size_t out_bytes, out_size;
  int is_dirty;
  // The subject of its last publish.
  Subject *memo;
};

static Subject *subjects[SUBJECTS_MAX];
static int subject_count;
static Client *dirty[DIRTY_MAX];
static int dirty_count;
static int epoll;

static Subject *find_subject(const char *name, size_t bytes, int make) {
  for (int i = 0; i < subject_count; i++) {
    if (subjects[i]->name_bytes == bytes && !memcmp(subjects[i]->name, name, bytes)) return subjects[i];
  }
  if (!make || subject_count == SUBJECTS_MAX) return NULL;
  Subject *subject = calloc(1, sizeof *subject);
  memcpy(subject->name, name, bytes);
  subject->name_bytes = bytes;
  return subjects[subject_count++] = subject;
}

static void append(Client *client, const char *head, size_t head_bytes, const char *tail, size_t tail_bytes) {
  const size_t needed = client->out_bytes + head_bytes + tail_bytes;
  if (needed > client->out_size) client->out = realloc(client->out, client->out_size = needed * 2);
  memcpy(client->out + client->out_bytes, head, head_bytes);
  if (tail_bytes) memcpy(client->out + client->out_bytes + head_bytes, tail, tail_bytes);
  client->out_bytes = needed;
  if (!client->is_dirty && dirty_count < DIRTY_MAX) client->is_dirty = 1, dirty[dirty_count++] = client;
}

static void watch(Client *client, int operation, unsigned events) {
  struct epoll_event event = {events, {.ptr = client}};
  epoll_ctl(epoll, operation, client->fd, &event);
}

static void flush(Client *client) {
  size_t sent = 0;
  while (sent < client->out_bytes) {
    const ssize_t count = send(client->fd, client->out + sent, client->out_bytes - sent, MSG_NOSIGNAL);
    if (count >= 0) sent += (size_t)count;
    else if (errno == EAGAIN) {
      watch(client, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
      break;
    } else sent = client->out_bytes;
  }
  memmove(client->out, client->out + sent, client->out_bytes - sent);
  client->out_bytes -= sent;
}

static void accept_client(int listener) {
  static const char info[] =
      "INFO {\"server_id\":\"L\",\"version\":\"2.9.10\",\"proto\":1,\"headers\":true,\"max_payload\":1048576}\r\n";
  const int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK), one = 1;
  if (fd < 0) return;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  Client *client = calloc(1, sizeof *client);
  client->fd = fd;
  client->out = malloc(client->out_size = 1 << 16);
  watch(client, EPOLL_CTL_ADD, EPOLLIN);
  send(fd, info, sizeof info - 1, 0);
}

/** Takes one PUB at from; returns what is behind it, or NULL while it is not complete. */
static char *publish(Client *client, char *from, char *end) {
  char *name = from + 4, *blank = memchr(name, ' ', (size_t)(end - name));
  char *line_end = blank ? memchr(blank, '\n', (size_t)(end - blank)) : NULL;
  if (!line_end) return NULL;
  size_t size = 0;
  for (char *p = blank + 1; *p != '\r' && *p != '\n'; p++) size = *p == ' ' ? 0 : size * 10 + (size_t)(*p - '0');
  char *behind = line_end + 1 + size + 2;
  if (behind > end) return NULL;
  const size_t bytes = (size_t)(blank - name);
  Subject *subject = client->memo;
  if (!subject || subject->name_bytes != bytes || memcmp(subject->name, name, bytes)) {
    subject = client->memo = find_subject(name, bytes, 0);
  }
  // What follows the subject in the input is what follows the prefix in the output.
  for (int i = 0; subject && i < subject->count; i++) {
    append(subject->subscribers[i].client, subject->subscribers[i].prefix, subject->subscribers[i].prefix_bytes, blank + 1,
           (size_t)(behind - blank - 1));
  }
  return behind;
}

static void subscribe(Client *client, const char *from, size_t bytes) {
  char line[300], name[128], sid[32];
  snprintf(line, sizeof line, "%.*s", (int)bytes, from);
  if (sscanf(line, "SUB %127s %31s", name, sid) != 2) return;
  Subject *subject = find_subject(name, strlen(name), 1);
  if (!subject || subject->count == SUBSCRIBERS_MAX) return;
  const int at = subject->count++;
  subject->subscribers[at].client = client;
  subject->subscribers[at].prefix_bytes = (size_t)sprintf(subject->subscribers[at].prefix, "MSG %s %s ", name, sid);
}

/** Carries out every complete operation of the input; the rest stays. */
static void process_input(Client *client) {
  char *at = client->in, *end = client->in + client->in_bytes;
  while (at < end) {
    if (end - at > 4 && at[0] == 'P' && at[1] == 'U') {
      char *behind = publish(client, at, end);
      if (!behind) break;
      at = behind;
      continue;
    }
    char *line_end = memchr(at, '\n', (size_t)(end - at));
    if (!line_end) break;
    if (!strncmp(at, "PING", 4)) append(client, "PONG\r\n", 6, NULL, 0);
    else if (!strncmp(at, "SUB", 3)) subscribe(client, at, (size_t)(line_end - at));
    at = line_end + 1;
  }
  memmove(client->in, at, (size_t)(end - at));
  client->in_bytes = (size_t)(end - at);
}

static void close_client(Client *client) {
  for (int s = 0; s < subject_count; s++) {
    for (int k = 0; k < subjects[s]->count; k++) {
      if (subjects[s]->subscribers[k].client == client) subjects[s]->subscribers[k--] = subjects[s]->subscribers[--subjects[s]->count];
    }
  }
  close(client->fd);
}

/** True if a subscriber of the last subject has too much waiting: then the publisher is not read. */
static int is_held_back(const Client *client) {
  for (int i = 0; client->memo && i < client->memo->count; i++) {
    if (client->memo->subscribers[i].client->out_bytes > PENDING_MAX) return 1;
  }
  return 0;
}

static void read_client(Client *client) {
  if (is_held_back(client)) return;
  const ssize_t count = read(client->fd, client->in + client->in_bytes, READ_BYTES);
  if (count < 0 && errno == EAGAIN) return;
  if (count <= 0) {
    close_client(client);
    return;
  }
  client->in_bytes += (size_t)count;
  process_input(client);
}

int main(int argc, char **argv) {
  const int listener = socket(AF_INET, SOCK_STREAM, 0), one = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argc > 1 ? argv[1] : "4222"))};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(listener, (void *)&address, sizeof address) || listen(listener, 512)) return 1;
  epoll = epoll_create1(0);
  struct epoll_event wanted = {EPOLLIN, {.ptr = NULL}}, events[256];
  epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &wanted);
  for (;;) {
    const int ready = epoll_wait(epoll, events, 256, -1);
    for (int i = 0; i < ready; i++) {
      Client *client = events[i].data.ptr;
      if (!client) {
        accept_client(listener);
        continue;
      }
      if (events[i].events & EPOLLOUT) {
        flush(client);
        if (!client->out_bytes) watch(client, EPOLL_CTL_MOD, EPOLLIN);
      }
      if (events[i].events & EPOLLIN) read_client(client);
    }
    for (int i = 0; i < dirty_count; i++) {
      dirty[i]->is_dirty = 0;
      flush(dirty[i]);
    }
    dirty_count = 0;
  }
}
