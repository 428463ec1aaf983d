// A Runtime API that measures the runtime under it and costs next to nothing itself.
//
//   probe [--together] WARMUP COUNT BYTES PROGRAM [ARGUMENT...]
//
// With --together, both run on one processor: then the time is what the work takes, without the tens of microseconds that
// some machines, virtual ones above all, take to wake a processor that is idle.
//
// Starts the program with AWS_LAMBDA_RUNTIME_API set, hands it WARMUP + COUNT events of BYTES bytes of JSON, and prints one
// JSON object: the time from an event's first byte out to its response's last byte in (p50, p99), the processor time of the
// program per invocation, its resident memory and threads at the end, and the time from its start to its first /next.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char *const id = "8476a536-e9f4-11e8-9739-2dfe598c3fcd";

static long long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void fail(const char *what) {
    fprintf(stderr, "probe: %s: %s\n", what, strerror(errno));
    exit(1);
}

// Nanoseconds that all threads of a process have run.
static long long processor_time(pid_t pid, int *threads) {
    char path[320];
    snprintf(path, sizeof path, "/proc/%d/task", pid);
    DIR *tasks = opendir(path);
    if (!tasks) return 0;
    long long total = 0;
    *threads = 0;
    for (struct dirent *task; (task = readdir(tasks));) {
        if (task->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "/proc/%d/task/%s/schedstat", pid, task->d_name);
        FILE *file = fopen(path, "r");
        long long ran = 0;
        if (file) {
            if (fscanf(file, "%lld", &ran) == 1) total += ran;
            fclose(file);
        }
        ++*threads;
    }
    closedir(tasks);
    return total;
}

static long resident_kilobytes(pid_t pid) {
    char path[64], line[256];
    snprintf(path, sizeof path, "/proc/%d/status", pid);
    FILE *file = fopen(path, "r");
    long kilobytes = 0;
    while (file && fgets(line, sizeof line, file)) sscanf(line, "VmRSS: %ld", &kilobytes);
    if (file) fclose(file);
    return kilobytes;
}

static void send_all(int socket, const char *bytes, size_t count) {
    while (count) {
        ssize_t sent = send(socket, bytes, count, MSG_NOSIGNAL);
        if (sent < 0) fail("send");
        bytes += sent;
        count -= (size_t)sent;
    }
}

// Reads one request; its head is left in `buffer`. Returns false when the connection has ended.
static int read_request(int socket, char *buffer, size_t capacity) {
    size_t held = 0;
    char *end = NULL;
    while (!end) {
        ssize_t got = recv(socket, buffer + held, capacity - 1 - held, 0);
        if (got <= 0) return 0;
        held += (size_t)got;
        buffer[held] = 0;
        end = memmem(buffer, held, "\r\n\r\n", 4);
    }
    size_t head = (size_t)(end - buffer) + 4, body = held - head, length = 0;
    for (char *line = buffer; line < end; line = strstr(line, "\r\n") + 2)
        if (!strncasecmp(line, "content-length:", 15)) length = strtoul(line + 15, NULL, 10);
    static char sink[1 << 20];
    while (body < length) {
        ssize_t got = recv(socket, sink, length - body < sizeof sink ? length - body : sizeof sink, 0);
        if (got <= 0) return 0;
        body += (size_t)got;
    }
    return 1;
}

static int ascending(const void *left, const void *right) {
    long long a = *(const long long *)left, b = *(const long long *)right;
    return (a > b) - (a < b);
}

int main(int count_of_arguments, char **arguments) {
    if (count_of_arguments > 1 && !strcmp(arguments[1], "--together")) {
        int processor = sched_getcpu();
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(processor < 0 ? 0 : processor, &one);
        if (sched_setaffinity(0, sizeof one, &one)) fail("sched_setaffinity");
        arguments++, count_of_arguments--;
    }
    if (count_of_arguments < 5)
        return fprintf(stderr, "usage: probe [--together] WARMUP COUNT BYTES PROGRAM [ARGUMENT...]\n"), 2;
    long warmup = atol(arguments[1]), count = atol(arguments[2]);
    size_t bytes = strtoul(arguments[3], NULL, 10);
    if (count < 1 || bytes < 16) return fprintf(stderr, "probe: at least one event of 16 bytes\n"), 2;

    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 16)) fail("listen");
    getsockname(listener, (struct sockaddr *)&address, &size);

    char *event = malloc(bytes + 1024);
    long long *times = malloc(sizeof *times * (size_t)count);
    if (!event || !times) fail("malloc");
    int head = sprintf(event,
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n"
        "Lambda-Runtime-Aws-Request-Id: %s\r\nLambda-Runtime-Deadline-Ms: 4102444800000\r\n"
        "Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:000000000000:function:echo\r\n"
        "Lambda-Runtime-Trace-Id: Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1\r\n\r\n",
        bytes, id);
    memset(event + head, 'x', bytes);
    memcpy(event + head, "{\"message\":\"", 12);
    memcpy(event + head + bytes - 2, "\"}", 2);
    static const char accepted[] = "HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\n"
                                   "Content-Length: 16\r\n\r\n{\"status\":\"OK\"}\n";

    char setting[32];
    snprintf(setting, sizeof setting, "127.0.0.1:%d", ntohs(address.sin_port));
    setenv("AWS_LAMBDA_RUNTIME_API", setting, 1);
    long long started = now();
    pid_t program = fork();
    if (program == 0) {
        execvp(arguments[4], arguments + 4);
        fail(arguments[4]);
    }

    struct pollfd sockets[17] = {{.fd = listener, .events = POLLIN}};
    int open = 1, threads = 0;
    long served = 0;
    long long first = 0, sent = 0, ran = 0;
    static char buffer[1 << 16];
    while (served < warmup + count) {
        if (poll(sockets, (nfds_t)open, 20000) <= 0) fail("the program does not ask");
        if (sockets[0].revents && open < 17) {
            int socket = accept4(listener, NULL, NULL, SOCK_CLOEXEC), on = 1;
            setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            sockets[open++] = (struct pollfd){.fd = socket, .events = POLLIN};
        }
        for (int index = 1; index < open; index++) {
            if (!sockets[index].revents) continue;
            int socket = sockets[index].fd;
            sockets[index].revents = 0;
            if (!read_request(socket, buffer, sizeof buffer)) {
                close(socket);
                sockets[index--] = sockets[--open];
                continue;
            }
            if (!strncmp(buffer, "GET ", 4)) {
                if (!first) first = now();
                if (served == warmup) ran = processor_time(program, &threads);
                sent = now();
                send_all(socket, event, (size_t)head + bytes);
            } else {
                if (!strstr(buffer, "/response")) return fprintf(stderr, "probe: %.300s\n", buffer), 1;
                if (served >= warmup) times[served - warmup] = now() - sent;
                served++;
                send_all(socket, accepted, sizeof accepted - 1);
            }
        }
    }
    usleep(20000);
    ran = processor_time(program, &threads) - ran;
    long kilobytes = resident_kilobytes(program);
    kill(program, SIGKILL);
    waitpid(program, NULL, 0);
    qsort(times, (size_t)count, sizeof *times, ascending);
    printf("{\"p50_us\": %.1f, \"p99_us\": %.1f, \"cpu_us\": %.1f, \"rss_mb\": %.1f, \"threads\": %d, \"start_ms\": %.2f}\n",
        times[count / 2] / 1e3, times[count * 99 / 100] / 1e3, ran / 1e3 / count, kilobytes / 1e3, threads,
        (first - started) / 1e6);
    return 0;
}
